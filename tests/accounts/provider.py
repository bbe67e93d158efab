"""A small OpenID Connect provider in a process of its own: discovery, authorization,
token, keys and user info, strict where it matters to whoever relies on it.

`python provider.py` prints its address. `POST /who` says who signs in next; `GET
/asked` tells what the last authorization asked for.
"""

import base64
import hashlib
import json
import secrets
import time
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import parse_qs, urlencode, urlsplit

import jwt
from cryptography.hazmat.primitives.asymmetric import rsa

CLIENT, SECRET = "planner", "a secret of tests"
KEY = rsa.generate_private_key(public_exponent=65537, key_size=2048)
who: dict = {}
authorization: dict = {}
codes: dict = {}
tokens: dict = {}


class Provider(BaseHTTPRequestHandler):
    def log_message(self, *args):
        pass

    def answer(self, data, status=200):
        body = json.dumps(data).encode()
        self.send_response(status)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    @property
    def issuer(self):
        return f"http://127.0.0.1:{self.server.server_port}"

    def do_GET(self):
        path, query = urlsplit(self.path).path, urlsplit(self.path).query
        if path == "/.well-known/openid-configuration":
            self.answer(
                {
                    "issuer": self.issuer,
                    "authorization_endpoint": f"{self.issuer}/authorize",
                    "token_endpoint": f"{self.issuer}/token",
                    "userinfo_endpoint": f"{self.issuer}/userinfo",
                    "jwks_uri": f"{self.issuer}/keys",
                    "token_endpoint_auth_methods_supported": ["client_secret_post"],
                }
            )
        elif path == "/keys":
            key = json.loads(jwt.algorithms.RSAAlgorithm.to_jwk(KEY.public_key()))
            self.answer({"keys": [{**key, "kid": "one", "use": "sig", "alg": "RS256"}]})
        elif path == "/authorize":
            self.authorize({name: one[0] for name, one in parse_qs(query).items()})
        elif path == "/userinfo":
            token = self.headers["Authorization"].removeprefix("Bearer ")
            claims = tokens.get(token)
            self.answer(claims or {}, 200 if claims else 401)
        elif path.startswith("/website/"):
            # As a plain website answers: with something, but not with what was asked.
            self.answer("Welcome to our website")
        elif path == "/asked":
            self.answer(authorization)
        else:
            self.answer({}, 404)

    def authorize(self, query):
        authorization.clear()
        authorization.update(query)
        assert query["client_id"] == CLIENT and query["response_type"] == "code"
        assert "openid" in query["scope"].split()
        back = {"state": query["state"]}
        if who.get("refuses"):
            back["error"] = "access_denied"
        else:
            back["code"] = secrets.token_urlsafe()
            codes[back["code"]] = (query, dict(who))
        self.send_response(302)
        self.send_header("Location", f"{query['redirect_uri']}?{urlencode(back)}")
        self.end_headers()

    def do_POST(self):
        body = self.rfile.read(int(self.headers["Content-Length"])).decode()
        if self.path == "/who":
            who.clear()
            who.update(json.loads(body))
            self.answer({})
            return
        sent = {name: one[0] for name, one in parse_qs(body).items()}
        query, person = codes.pop(sent.get("code"), ({}, {}))
        verifier = sent.get("code_verifier", "").encode()
        digest = base64.urlsafe_b64encode(hashlib.sha256(verifier).digest())
        is_right = (
            query
            and query.get("code_challenge_method") == "S256"
            and query.get("code_challenge") == digest.rstrip(b"=").decode()
            and query["redirect_uri"] == sent.get("redirect_uri")
            and (sent.get("client_id"), sent.get("client_secret")) == (CLIENT, SECRET)
        )
        if not is_right:
            self.answer({"error": "invalid_grant"}, 400)
            return
        now = int(time.time())
        token = secrets.token_urlsafe()
        tokens[token] = person
        times = {"iat": now, "exp": now + 60, "auth_time": person.get("auth_time", now)}
        claims = {**person, "iss": self.issuer, "aud": CLIENT, **times}
        signed = jwt.encode(claims, KEY, algorithm="RS256", headers={"kid": "one"})
        self.answer({"access_token": token, "token_type": "Bearer", "id_token": signed})


if __name__ == "__main__":
    server = ThreadingHTTPServer(("127.0.0.1", 0), Provider)
    print(f"http://127.0.0.1:{server.server_port}", flush=True)
    server.serve_forever()
