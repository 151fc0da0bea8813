"""Stand-ins of official APIs on loopback: each holds the same reviews and speaks its own way.

They check what the vendors check: a token, its signature, the method and the body of a reply.
"""

import json
from dataclasses import dataclass, field
from datetime import datetime
from types import ModuleType
from typing import Any, ClassVar
from urllib.parse import parse_qs

import jwt
from cryptography.hazmat.primitives.asymmetric import ec, rsa
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat

from sources import app_store, avito, google_play, vk
from tests.collect.loopback import Answer, Asked

EC_KEY = ec.generate_private_key(ec.SECP256R1())
RSA_KEY = rsa.generate_private_key(public_exponent=65537, key_size=2048)
_UNTIMED = {"verify_exp": False, "verify_iat": False}


def _pem(key: ec.EllipticCurvePrivateKey | rsa.RSAPrivateKey) -> str:
    return key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()).decode()


@dataclass
class Told:
    """A review as every stand-in holds it; ids are numbers as text, which all of them take."""

    id: str
    at: datetime
    stars: int = 1
    text: str = "Ждали сорок минут, официант нахамил, еда холодная."
    reply: str | None = None


@dataclass
class StandIn:
    """`limited`: that many answers are 429; `revoked`: tokens that are refused; `post`: take a
    reply, or take it and never answer."""

    reviews: list[Told] = field(default_factory=list)
    asked: list[Asked] = field(default_factory=list)
    posts: int = 0
    tokens: int = 0
    limited: int = 0
    revoked: set[str] = field(default_factory=set)
    post: str = "take"

    module: ClassVar[ModuleType]
    ref: ClassVar[str]
    options: ClassVar[Any] = None
    secret: ClassVar[dict[str, str]]
    token_path: ClassVar[str] = "/token"
    page: ClassVar[int]
    """Reviews on one page."""

    def __call__(self, asked: Asked) -> Answer:
        self.asked.append(asked)
        if asked.path == self.token_path:
            return self.token(asked)
        if self.limited:
            self.limited -= 1
            return Answer('{"error": "slow down"}', 429, {"Retry-After": "7"})
        shown = asked.headers.get("authorization", "")
        if shown in self.revoked or not self.knows(shown.removeprefix("Bearer "), asked):
            return self.refused()
        return self.serve(asked)

    def token(self, asked: Asked) -> Answer:
        return Answer("{}", 404)

    def knows(self, token: str, asked: Asked) -> bool:
        return token == f"t{self.tokens}"

    def refused(self) -> Answer:
        return Answer('{"error": {"code": 401, "message": "bad token"}}', 401)

    def serve(self, asked: Asked) -> Answer:
        raise NotImplementedError

    def revoke(self) -> None:
        """The last token used is worth nothing from now on."""
        self.revoked.add(self.asked[-1].headers["authorization"])

    def issue(self) -> Answer:
        self.tokens += 1
        return Answer(json.dumps({"access_token": f"t{self.tokens}", "expires_in": 3600}))

    def find(self, name: str) -> Told | None:
        return next((told for told in self.reviews if told.id == name), None)

    def take(self, name: str, text: str, body: Any, status: int = 200) -> Answer:
        """A reply as posted; `body` is what the vendor answers."""
        told = self.find(name)
        if told is None:
            return Answer("{}", 404)
        self.posts += 1
        told.reply = text
        return Answer(json.dumps(body), status, hang=self.post == "take and hang")

    def listed(self, start: int) -> list[Told]:
        return self.reviews[start : start + self.page]


class AppStore(StandIn):
    module = app_store
    ref = "ru/6777469778"
    options = app_store.Options(connect=True)
    secret: ClassVar = {"issuer_id": "i", "key_id": "k", "private_key": _pem(EC_KEY)}
    page = 2

    def knows(self, token: str, asked: Asked) -> bool:
        try:
            claims = jwt.decode(
                token,
                EC_KEY.public_key(),
                algorithms=["ES256"],
                audience="appstoreconnect-v1",
                options=_UNTIMED,
            )
        except jwt.PyJWTError:
            return False
        return claims["exp"] - claims["iat"] <= 20 * 60

    def serve(self, asked: Asked) -> Answer:
        if asked.method == "POST":
            data = json.loads(asked.body)["data"]
            name = data["relationships"]["review"]["data"]["id"]
            assert asked.path == "/v1/customerReviewResponses"
            return self.take(name, data["attributes"]["responseBody"], {"data": {}}, 201)
        if asked.path.startswith("/v1/customerReviews/"):
            told = self.find(asked.path.rpartition("/")[2])
            if told is None:
                return Answer('{"errors": [{"status": "404", "title": "gone"}]}', 404)
            return Answer(json.dumps({"data": self._one(told), "included": self._replies([told])}))
        assert asked.path == "/v1/apps/6777469778/customerReviews"
        start = int(asked.query.get("cursor", "0"))
        listed = self.listed(start)
        body: dict[str, Any] = {
            "data": [self._one(told) for told in listed],
            "included": self._replies(listed),
            "links": {},
            "meta": {"paging": {"total": len(self.reviews)}},
        }
        if start + self.page < len(self.reviews):
            following = f"https://api.appstoreconnect.apple.com/v1/x?cursor={start + self.page}"
            body["links"]["next"] = following
        return Answer(json.dumps(body))

    def _one(self, told: Told) -> dict[str, Any]:
        link = {"type": "customerReviewResponses", "id": f"r{told.id}"} if told.reply else None
        return {
            "type": "customerReviews",
            "id": told.id,
            "attributes": {
                "rating": told.stars,
                "body": told.text,
                "createdDate": told.at.isoformat(),
            },
            "relationships": {"response": {"data": link}},
        }

    def _replies(self, listed: list[Told]) -> list[dict[str, Any]]:
        return [
            {
                "type": "customerReviewResponses",
                "id": f"r{told.id}",
                "attributes": {"responseBody": told.reply, "state": "PUBLISHED"},
            }
            for told in listed
            if told.reply
        ]


class GooglePlay(StandIn):
    module = google_play
    ref = "com.example.app"
    secret: ClassVar = {"client_email": "bot@x.example", "private_key": _pem(RSA_KEY)}
    page = 2

    def token(self, asked: Asked) -> Answer:
        form = parse_qs(asked.body.decode())
        claims = jwt.decode(
            form["assertion"][0],
            RSA_KEY.public_key(),
            algorithms=["RS256"],
            options={**_UNTIMED, "verify_aud": False},
        )
        assert claims["scope"] == google_play.SCOPE
        return self.issue()

    def serve(self, asked: Asked) -> Answer:
        start = "/androidpublisher/v3/applications/com.example.app/reviews"
        assert asked.path.startswith(start)
        name = asked.path.removeprefix(start).strip("/")
        if asked.method == "POST":
            text = json.loads(asked.body)["replyText"]
            return self.take(name.removesuffix(":reply"), text, {"result": {"replyText": text}})
        if name:
            told = self.find(name)
            return Answer(json.dumps(self._one(told))) if told else Answer("{}", 404)
        offset = int(asked.query.get("token", "0"))
        body: dict[str, Any] = {"reviews": [self._one(told) for told in self.listed(offset)]}
        if offset + self.page < len(self.reviews):
            body["tokenPagination"] = {"nextPageToken": str(offset + self.page)}
        return Answer(json.dumps(body))

    def _one(self, told: Told) -> dict[str, Any]:
        comments: list[dict[str, Any]] = [
            {
                "userComment": {
                    "text": told.text,
                    "starRating": told.stars,
                    "lastModified": {"seconds": str(int(told.at.timestamp()))},
                }
            }
        ]
        if told.reply:
            comments.append({"developerComment": {"text": told.reply}})
        return {"reviewId": told.id, "authorName": "", "comments": comments}


class Avito(StandIn):
    module = avito
    ref = "profile"
    secret: ClassVar = {"client_id": "c", "client_secret": "s3cret"}
    page = 50

    def token(self, asked: Asked) -> Answer:
        form = parse_qs(asked.body.decode())
        assert form["grant_type"] == ["client_credentials"]
        assert (form["client_id"], form["client_secret"]) == (["c"], ["s3cret"])
        return self.issue()

    def serve(self, asked: Asked) -> Answer:
        if asked.path == "/ratings/v1/info":
            return Answer('{"isEnabled": true, "rating": {"score": 4.5}}')
        if asked.method == "POST":
            assert asked.path == "/ratings/v1/answers"
            body = json.loads(asked.body)
            return self.take(str(body["reviewId"]), body["message"], {"id": 1, "createdAt": 1})
        assert asked.path == "/ratings/v1/reviews"
        listed = self.listed(int(asked.query["offset"]))
        reviews = [self._one(told) for told in listed]
        return Answer(json.dumps({"total": len(self.reviews), "reviews": reviews}))

    def _one(self, told: Told) -> dict[str, Any]:
        review: dict[str, Any] = {
            "id": int(told.id),
            "score": told.stars,
            "text": told.text,
            "createdAt": int(told.at.timestamp()),
            "canAnswer": told.reply is None,
        }
        if told.reply:
            review["answer"] = {"id": 7, "text": told.reply, "status": "published"}
        return review


class Vk(StandIn):
    module = vk
    ref = "wall-12345_67"
    secret: ClassVar = {"service_token": "reads", "token": "writes"}
    page = 100

    def knows(self, token: str, asked: Asked) -> bool:
        # As VK's schema has it: a community's token may not read, a service token not write.
        return token == ("writes" if asked.path.endswith("createComment") else "reads")

    def refused(self) -> Answer:
        return Answer('{"error": {"error_code": 5, "error_msg": "User authorization failed"}}')

    def serve(self, asked: Asked) -> Answer:
        if asked.method == "POST":
            form = {name: values[0] for name, values in parse_qs(asked.body.decode()).items()}
            assert (form["owner_id"], form["from_group"]) == ("-12345", "12345")
            body = {"response": {"comment_id": 999}}
            return self.take(form["reply_to_comment"], form["message"], body)
        assert asked.path == "/method/wall.getComments"
        if name := asked.query.get("start_comment_id"):
            told = self.find(name)
            listed = [told] if told else []
        else:
            listed = self.listed(int(asked.query["offset"]))
        items = [self._one(told) for told in listed]
        count = {"count": len(self.reviews), "current_level_count": len(self.reviews)}
        return Answer(json.dumps({"response": {**count, "items": items}}))

    def _one(self, told: Told) -> dict[str, Any]:
        below = []
        if told.reply:
            below = [{"id": 999, "from_id": -12345, "date": 1, "text": f"[id1|А], {told.reply}"}]
        return {
            "id": int(told.id),
            "from_id": 1,
            "date": int(told.at.timestamp()),
            "text": told.text,
            "thread": {"count": len(below), "items": below},
        }
