from cli.plain import plain


def test_what_would_steer_a_terminal_is_written_out() -> None:
    assert plain("a\x1b[2Jb\tc\r\nd\x9b0m") == "a\\x1b[2Jb\\tc\\r\\nd\\x9b0m"
    assert plain("7 \u202eallowed") == "7 \\u202eallowed"
    assert plain("half a pair \ud800") == "half a pair \\ud800"


def test_words_of_any_script_stay_as_they_are() -> None:
    for words in ("João da Silva", "田中 さん", "id-7@example.com", ""):
        assert plain(words) == words
