"""Names in addresses, whatever clients made them of: slashes, line breaks, nothing but dots."""

from django.urls import register_converter


class AnyName:
    """A name as one part of an address. Browsers take ``..`` for a way up, so dots alone are written otherwise."""

    regex = r"[\s\S]+"

    def to_python(self, value: str) -> str:
        return value.replace("~2", ".").replace("~1", "/").replace("~0", "~")

    def to_url(self, value: str) -> str:
        plain = value.replace("~", "~0").replace("/", "~1")
        return plain.replace(".", "~2") if not plain.strip(".") else plain


register_converter(AnyName, "anyname")
