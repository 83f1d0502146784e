"""What the official clients ask before they send: where to, and which of their extras are on.

Source: ``CDNSettings`` of analytics-next, ``RemoteConfig`` and the flags response of posthog-js (both 2026).
"""

import time
from typing import Any
from uuid import uuid4

import msgspec

_encode = msgspec.json.Encoder().encode

# Extras that need a server of PostHog's are off. Whether clicks are captured is left to the page's own configuration.
# Nothing is said about surveys: told that there are none, posthog-js (1.449) fetches its script for them all the same.
_REMOTE_CONFIG: dict[str, Any] = {
    "supportedCompression": ["gzip", "gzip-js", "base64"],
    "hasFeatureFlags": True,
    "analytics": {"endpoint": "/e/"},
    "autocapture_opt_out": False,
    "elementsChainAsString": True,
    "capturePerformance": False,
    "captureDeadClicks": False,
    "autocaptureExceptions": False,
    "errorTracking": {"autocaptureExceptions": False, "suppressionRules": []},
    "logs": {"captureConsoleLogs": False},
    "heatmaps": False,
    "sessionRecording": False,
    "productTours": False,
    "conversations": False,
    "defaultIdentifiedOnly": True,
    "isAuthenticated": False,
    "toolbarParams": {},
    "siteApps": [],
}
_NO_PLAN = {"__default": {"enabled": True, "integrations": {}}}


def segment_settings(key: str, origin: str) -> dict[str, Any]:
    """The settings of a source for analytics-next: events go back to the host that was asked, and nowhere else."""
    protocol, _, host = origin.partition("://")
    return {
        "integrations": {
            "Segment.io": {
                "apiKey": key,
                "apiHost": f"{host}/v1",
                "protocol": protocol,
                "addBundledMetadata": True,
                "unbundledIntegrations": [],
                "maybeBundledConfigIds": {},
                "versionSettings": {"version": "4.4.7", "componentTypes": ["browser"]},
            }
        },
        "plan": {"track": _NO_PLAN, "identify": _NO_PLAN, "group": _NO_PLAN},
        "edgeFunction": {},
        "analyticsNextEnabled": True,
        "middlewareSettings": {},
        "enabledMiddleware": {},
        "metrics": {"sampleRate": 0, "host": f"{host}/v1", "protocol": protocol},
        "legacyVideoPluginsEnabled": False,
        "remotePlugins": [],
    }


def posthog_config(key: str) -> dict[str, Any]:
    """The remote configuration of a posthog-js client."""
    return {"token": key, **_REMOTE_CONFIG}


def posthog_config_script(key: str) -> bytes:
    """The same as a script, which posthog-js asks for first."""
    name, config = _encode(key).decode(), _encode(posthog_config(key)).decode()
    script = (
        "(function() {\n"
        "  window._POSTHOG_REMOTE_CONFIG = window._POSTHOG_REMOTE_CONFIG || {};\n"
        f"  window._POSTHOG_REMOTE_CONFIG[{name}] = {{config: {config}, siteApps: []}};\n"
        "})();\n"
    )
    return script.encode()


def no_flags(*, version: str, with_config: bool) -> dict[str, Any]:
    """The evaluation of a project that has no flags: nothing, without an error."""
    answer: dict[str, Any] = {
        "errorsWhileComputingFlags": False,
        "requestId": str(uuid4()),
        "evaluatedAt": time.time_ns() // 1_000_000,
    }
    if version == "2":
        return answer | {"flags": {}}
    answer |= {"featureFlags": {}, "featureFlagPayloads": {}}
    return answer | {"config": {"enable_collect_everything": True}} | _REMOTE_CONFIG if with_config else answer
