"""Which names are secrets, and that everything else stays as it is."""

from __future__ import annotations

from typing import Any

import orjson
import pytest

from node_engine.engine.masking import MASK, is_secret, mask_text, masked, masked_changes, may_hold_secret


@pytest.mark.parametrize(
    "name",
    [
        *("api_key", "apiKey", "API_KEY", "apikey", "X-Api-Key", "secret_key", "access-key", "private_key"),
        *("token", "Token", "access_token", "accessToken", "refresh-token", "X-Auth-Token"),
        *("secret", "client_secret", "clientSecret", "password", "db_password", "Passwd", "passphrase"),
        *("Authorization", "X-Tunnel-Authorization", "proxy-authorization", "credentials", "Ocp-Apim-Subscription-Key"),
        *("authkey", "encryptionKey", "signing.key", "masterkey", "shared key", "accountkey", "function_key"),
    ],
)
def test_names_of_secrets_are_known(name: str) -> None:
    assert is_secret(name)
    assert may_hold_secret(orjson.dumps({name: "x"}))


@pytest.mark.parametrize(
    "name",
    [
        *("key", "Key", "flow_key", "component_key", "sort_key", "primary_key", "keyboard", "monkey", "keys", "hockey"),
        *("tokens", "max_tokens", "total_tokens", "tokenizer", "secretary", "passwordless", "author", "authorized"),
        *("name", "next", "limit", "text", ""),
    ],
)
def test_other_names_are_not(name: str) -> None:
    assert not is_secret(name)


def test_life_cycle_events_need_no_walk() -> None:
    assert not may_hold_secret(b'{"run_id":"a","flow_key":"f","key":"start","message":"component_key: K"}')


def test_text_under_secret_names_is_hidden_at_any_depth_and_the_rest_is_shared() -> None:
    rest = {"list": [1, {"key": "start"}]}
    value: Any = {"headers": [{"Authorization": "abc"}], "token": {"value": "x", "n": 1}, "tokens": 5, "rest": rest}

    result: Any = masked(value)

    assert result["headers"] == [{"Authorization": MASK}]
    assert result["token"] == {"value": MASK, "n": 1}
    assert result["tokens"] == 5
    assert result["rest"] is rest
    assert value["headers"] == [{"Authorization": "abc"}]


def test_a_value_without_secrets_is_the_same_object() -> None:
    value = {"key": "a", "config": {"next": "b", "items": [1, "two"]}}

    assert masked(value) is value


def test_changes_are_hidden_by_their_path() -> None:
    changes: list[Any] = [
        {"op": "add", "path": "/api_key", "value": "sk-1"},
        {"op": "replace", "path": "/connection/password/0", "value": "p"},
        {"op": "add", "path": "/user", "value": {"token": "t", "name": "Ada"}},
        {"op": "remove", "path": "/token"},
        {"op": "add", "path": "/key", "value": "start"},
    ]

    assert [change.get("value") for change in masked_changes(changes)] == [
        MASK, MASK, {"token": MASK, "name": "Ada"}, None, "start"
    ]  # fmt: skip


def test_bearer_tokens_inside_of_text_are_hidden() -> None:
    assert mask_text("sent Authorization: Bearer abcdef123456 to it") == f"sent Authorization: Bearer {MASK} to it"
    assert mask_text("the bearer of this") == "the bearer of this"
    assert mask_text("tunnel eyJhbGciOi.x.y") == f"tunnel {MASK}"
