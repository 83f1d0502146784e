"""What browsers and programs call themselves, in words."""

_PROGRAMS = {
    "Edg/": "Edge", "OPR/": "Opera", "SamsungBrowser/": "Samsung Internet", "Whale/": "Whale", "Firefox/": "Firefox",
    "FxiOS/": "Firefox", "CriOS/": "Chrome", "Chrome/": "Chrome", "Safari/": "Safari", "curl/": "curl",
    "python": "Python",
}  # fmt: skip
_SYSTEMS = {
    "Windows": "Windows", "Android": "Android", "iPhone": "iPhone", "iPad": "iPad", "Mac OS X": "macOS",
    "CrOS": "ChromeOS", "Linux": "Linux",
}  # fmt: skip


def agent_in_words(agent: str) -> str:
    """Program and system, such as ``Firefox · Windows``; empty where neither is known. Most say that they are others
    as well, so the first that fits counts."""
    found = [next((name for mark, name in known.items() if mark in agent), "") for known in (_PROGRAMS, _SYSTEMS)]
    return " · ".join(filter(None, found))
