"""Which column is which field, guessed from what columns are called. People look at it before anything is loaded."""

from collections.abc import Sequence

# Without spaces, dashes and capitals; what is likelier stands first.
_CALLED = {
    "event": (
        "event", "eventname", "eventtype", "action", "activity", "what", "name", "이벤트", "이벤트명", "이벤트이름",
        "행동", "활동",
    ),
    "userId": (
        "userid", "user", "uid", "memberid", "customerid", "distinctid", "who", "username", "email", "회원번호",
        "회원id", "회원아이디", "사용자id", "사용자아이디", "사용자", "회원", "고객번호", "고객id", "아이디", "이메일",
    ),
    "anonymousId": (
        "anonymousid", "anonid", "visitorid", "deviceid", "clientid", "cookieid", "visitor", "device", "방문자id",
        "기기id", "디바이스id", "비회원id", "방문자", "기기",
    ),
    "groupId": (
        "groupid", "accountid", "companyid", "organizationid", "organisationid", "orgid", "workspaceid", "teamid",
        "tenantid", "account", "company", "organization", "organisation", "회사id", "조직id", "고객사id",
        "회사", "조직", "고객사", "워크스페이스",
    ),
    "timestamp": (
        "timestamp", "time", "datetime", "eventtime", "occurredat", "createdat", "sentat", "date", "ts", "when", "at",
        "일시", "시각", "발생일시", "발생시각", "생성일시", "시간", "날짜", "일자",
    ),
    "messageId": ("messageid", "eventid", "insertid", "uuid", "메시지id", "이벤트id"),
}  # fmt: skip


def guess(columns: Sequence[str]) -> dict[str, str]:
    """The likely column of each field; no column is two fields."""
    there: dict[str, str] = {}
    for column in columns:
        there.setdefault(_plain(column), column)
    found: dict[str, str] = {}
    for field, names in _CALLED.items():
        column = next((there[name] for name in names if name in there and there[name] not in found.values()), "")
        if column:
            found[field] = column
    return found


def _plain(name: str) -> str:
    return "".join(letter for letter in name.casefold() if letter.isalnum())
