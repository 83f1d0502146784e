"""Code that sends a first event, as the documentation of each client says, filled in with a project's key and our
address. Each piece works as it stands when it is copied."""

from dataclasses import dataclass

NO_KEY = "YOUR_KEY"


@dataclass(frozen=True)
class Snippet:
    """A way of sending: ``install`` is typed once, ``code`` goes into the product, ``later`` where people sign in."""

    slug: str
    name: str
    code: str
    install: str = ""
    later: str = ""


def in_browsers(key: str, host: str) -> list[Snippet]:
    """For pages and apps that run in a browser."""
    return [
        Snippet(
            "plain", "HTML", _PLAIN % {"key": key, "host": host},
            later="identify('ada-17', { email: 'ada@example.com', plan: 'free' })",
        ),
        Snippet(
            "posthog-js", "posthog-js", _POSTHOG_JS % {"key": key, "host": host}, install="npm install posthog-js",
            later="posthog.identify('ada-17', { email: 'ada@example.com', plan: 'free' })",
        ),
        Snippet(
            "analytics-next", "analytics-next", _ANALYTICS_NEXT % {"key": key, "host": host},
            install="npm install @segment/analytics-next",
            later="analytics.identify('ada-17', { email: 'ada@example.com', plan: 'free' })",
        ),
    ]  # fmt: skip


def on_servers(key: str, host: str) -> list[Snippet]:
    """For what runs where nobody else reads it."""
    return [
        Snippet("curl", "curl", _CURL % {"key": key, "host": host}),
        Snippet(
            "python", "Python", _PYTHON % {"key": key, "host": host}, install="pip install segment-analytics-python"
        ),
        Snippet("posthog", "Python (posthog)", _POSTHOG % {"key": key, "host": host}, install="pip install posthog"),
        Snippet("node", "Node", _NODE % {"key": key, "host": host}, install="npm install @segment/analytics-node"),
    ]


def out_of_files(project: int) -> str:
    """The line for who sits at the server."""
    return (
        f"groundswell import events.csv --project {project} \\\n"
        "  --map userId=user_id --map event=name --map timestamp=time"
    )


_PLAIN = """\
<script>
  (() => {
    const send = (type, more) => fetch("%(host)s/v1/" + type, {
      method: "POST", keepalive: true,
      body: JSON.stringify({
        writeKey: "%(key)s",
        anonymousId: localStorage.visitor ||= Math.random().toString(36).slice(2),
        userId: localStorage.user, ...more,
      }),
    }).catch(() => {})
    window.track = (event, properties) => send("track", { event, properties })
    window.identify = (userId, traits) =>
      send("identify", { userId: localStorage.user = userId, traits })
    const { pathname: path, search } = location
    send("page", {
      name: document.title, properties: { path, search, referrer: document.referrer },
    })
  })()
</script>"""

_POSTHOG_JS = """\
import posthog from 'posthog-js'

posthog.init('%(key)s', { api_host: '%(host)s', defaults: '2025-05-24' })
posthog.capture('Hello Said')"""

_ANALYTICS_NEXT = """\
import { AnalyticsBrowser } from '@segment/analytics-next'

export const analytics = AnalyticsBrowser.load({ writeKey: '%(key)s', cdnURL: '%(host)s' })
analytics.track('Hello Said')"""

_CURL = """\
curl %(host)s/v1/track -u %(key)s: \\
  -H 'content-type: application/json' \\
  -d '{"userId": "ada-17", "event": "Signed Up", "properties": {"plan": "free"}}'"""

_PYTHON = """\
import segment.analytics as analytics

analytics.write_key = "%(key)s"
analytics.host = "%(host)s"
analytics.track("ada-17", "Signed Up", {"plan": "free"})
analytics.flush()"""

_POSTHOG = """\
from posthog import Posthog

client = Posthog("%(key)s", host="%(host)s")
client.capture("Signed Up", distinct_id="ada-17", properties={"plan": "free"})
client.shutdown()"""

_NODE = """\
import { Analytics } from '@segment/analytics-node'

const analytics = new Analytics({ writeKey: '%(key)s', host: '%(host)s' })
analytics.track({ userId: 'ada-17', event: 'Signed Up', properties: { plan: 'free' } })
await analytics.closeAndFlush()"""
