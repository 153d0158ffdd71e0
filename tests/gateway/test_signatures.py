from gateway.signatures import is_signed_by_genesys, is_signed_by_meta

SECRET = b"0123456789abcdef"
BODY = b'{"id":"m1","type":"Text","text":"hi"}'
HEX = "sha256=43095a8548c8a74dba16a839f853b0cf1401860e646aed242976e7832286ed88"
BASE64 = "sha256=QwlahUjIp026Fqg5+FOwzxQBhg5kau0kKXbngyKG7Yg="


def test_each_system_signs_in_its_own_alphabet() -> None:
    assert is_signed_by_meta(SECRET, BODY, HEX)
    assert is_signed_by_genesys(SECRET, BODY, BASE64)
    assert not is_signed_by_meta(SECRET, BODY, BASE64)
    assert not is_signed_by_genesys(SECRET, BODY, HEX)


def test_another_body_or_no_signature_does_not_pass() -> None:
    assert not is_signed_by_meta(SECRET, BODY + b" ", HEX)
    assert not is_signed_by_meta(SECRET, BODY, None)
    assert not is_signed_by_genesys(SECRET, BODY, "sha256=ä")
