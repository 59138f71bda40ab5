extension MigrationInput {
  static func json(
    _ name: String, _ text: String, _ logins: [String], faults: Int = 0
  ) -> MigrationInput {
    MigrationInput(name, "config.json", text, logins: logins, faults: faults)
  }

  private static let alice = ["alice:pw"]

  /// Files in docker's form.
  static let json: [MigrationInput] = [
    json(
      "as docker writes it",
      "{\n\t\"auths\": {\n\t\t\"r.example\": {«\n\t\t\t\"auth\": \"YWxpY2U6cHc=\"\n\t\t»}\n\t}\n}",
      alice),
    json(
      "as podman writes it",
      "{\n\t\"auths\": {\n\t\t\"r.example/team\": {«\n\t\t\t\"auth\": \"YWxpY2U6cHc=\"\n\t\t»}\n\t}\n}\n",
      alice),
    json(
      "four spaces",
      "{\n    \"auths\": {\n        \"r.example\": {«\n            \"auth\": \"YWxpY2U6cHc=\"\n        »}\n    }\n}\n",
      alice),
    json("on one line", #"{"auths":{"r.example":{«"auth":"YWxpY2U6cHc="»}}}"#, alice),
    json("with spaces", #" { "auths" : { "r.example" : {« "auth" : "YWxpY2U6cHc=" »} } } "#, alice),
    json(
      "a mail address stays", #"{"auths":{"r.example":{"email":"a@b"«,"auth":"YWxpY2U6cHc="»}}}"#,
      alice),
    json(
      "a mail address behind", #"{"auths":{"r.example":{«"auth":"YWxpY2U6cHc=",»"email":"a@b"}}}"#,
      alice),
    json(
      "between two members",
      #"{"auths":{"r.example":{"x":1«,"auth":"YWxpY2U6cHc="»,"email":"a@b"}}}"#, alice),
    json(
      "over lines, first of two",
      "{\"auths\": {\"r.example\": {\n  «\"auth\": \"YWxpY2U6cHc=\",\n  »\"email\": \"a@b\"\n}}}",
      alice),
    json(
      "over lines, last of two",
      "{\"auths\": {\"r.example\": {\n  \"email\": \"a@b\"«,\n  \"auth\": \"YWxpY2U6cHc=\"»\n}}}",
      alice),
    json(
      "name and password",
      #"{"auths":{"r.example":{"username":"alice"«,"password":"pw"»}}}"#, alice),
    json(
      "password before the name",
      #"{"auths":{"r.example":{«"password":"pw",»"username":"alice"}}}"#, alice),
    json(
      "auth, and the same written out",
      #"{"auths":{"r.example":{"username":"alice"«,"password":"pw","auth":"YWxpY2U6cHc="»,"x":0}}}"#,
      alice),
    json(
      "two secrets apart",
      #"{"auths":{"r.example":{«"password":"pw",»"username":"alice"«,"auth":"YWxpY2U6cHc="»}}}"#,
      alice),
    json(
      "two secrets around two members",
      #"{"auths":{"r.example":{«"auth":"YWxpY2U6cHc=",»"a":1,"b":2«,"password":"pw"»,"username":"alice"}}}"#,
      alice),
    json(
      "an identity token", #"{"auths":{"r.example":{«"identitytoken":"tok"»}}}"#, ["<token>:tok"]),
    json(
      "an identity token with a name",
      #"{"auths":{"r.example":{«"auth":"MDAwMDo=","identitytoken":"tok"»}}}"#, ["<token>:tok"]),
    json(
      "a registry token", #"{"auths":{"r.example":{«"registrytoken":"tok"»}}}"#,
      ["<registrytoken>:tok"]),
    json("no padding", #"{"auths":{"r.example":{«"auth":"YWxpY2U6cHc"»}}}"#, alice),
    json("a line end in base64", #"{"auths":{"r.example":{«"auth":"YWxp\nY2U6cHc="»}}}"#, alice),
    json(
      "zeros behind the password", #"{"auths":{"r.example":{«"auth":"YWxpY2U6cHcAAA=="»}}}"#, alice),
    json("escapes", #"{"auths":{"r.example":{«"auth":"\u0059WxpY2U6cHc="»}}}"#, alice),
    json("an escaped key", #"{"auths":{"r.example":{«"\u0061uth":"YWxpY2U6cHc="»}}}"#, alice),
    json("an escaped server", #"{"auths":{"r.ex\u0061mple":{«"auth":"YWxpY2U6cHc="»}}}"#, alice),
    json(
      "a colon in the password", #"{"auths":{"r.example":{«"auth":"YWxpY2U6cDp3"»}}}"#,
      ["alice:p:w"]),
    json(
      "a password that is not UTF-8", #"{"auths":{"r.example":{«"auth":"YWxpY2U6/w=="»}}}"#,
      ["alice:\u{fffd}"]),
    json(
      "a user that is not ASCII", #"{"auths":{"r.example":{«"auth":"w6VsaWNlOnB3"»}}}"#,
      ["ålice:pw"]),
    json(
      "a robot's name", #"{"auths":{"r.example":{«"auth":"cm9ib3QkYSticDpwdw=="»}}}"#,
      ["robot$a+bp:pw"]),
    json(
      "Docker Hub", #"{"auths":{"https://index.docker.io/v1/":{«"auth":"YWxpY2U6cHc="»}}}"#, alice),
    json(
      "Docker Hub's tokens",
      #"{"auths":{"https://index.docker.io/v1/":{«"auth":"YWxpY2U6cHc="»},"https://index.docker.io/v1/access-token":{«"auth":"YWxpY2U6YXQ="»},"https://index.docker.io/v1/refresh-token":{«"auth":"YWxpY2U6cnQ="»}}}"#,
      ["alice:pw", "alice:at", "alice:rt"]),
    json(
      "an address with a scheme", #"{"auths":{"https://r.example/v2/":{«"auth":"YWxpY2U6cHc="»}}}"#,
      alice),
    json(
      "an address over http", #"{"auths":{"http://r.example":{«"auth":"YWxpY2U6cHc="»}}}"#, alice),
    json("a port", #"{"auths":{"r.example:5000":{«"auth":"YWxpY2U6cHc="»}}}"#, alice),
    json("an image", #"{"auths":{"r.example/app:1":{«"auth":"YWxpY2U6cHc="»}}}"#, alice),
    json(
      "a key that is no address", #"{"auths":{"what ever ☃":{«"auth":"YWxpY2U6cHc="»}}}"#, alice),
    json("an empty key", #"{"auths":{"":{«"auth":"YWxpY2U6cHc="»}}}"#, alice),
    json(
      "parts of one registry",
      #"{"auths":{"r.example":{«"auth":"YWxpY2U6cHc="»},"r.example/a":{«"auth":"Ym9iOnB3"»},"r.example/a/b":{«"auth":"Y2Fyb2w6cHc="»}}}"#,
      ["alice:pw", "bob:pw", "carol:pw"]),
    json(
      "two spellings of one place, one secret",
      #"{"auths":{"r.example":{«"auth":"YWxpY2U6cHc="»},"https://R.EXAMPLE/":{«"auth":"YWxpY2U6cHc="»}}}"#,
      alice),
    json(
      "marks of a helper stay",
      #"{"auths":{"a.example":{},"r.example":{«"auth":"YWxpY2U6cHc="»},"b.example":{}},"credsStore":"pass"}"#,
      alice),
    json(
      "helpers for some stay",
      #"{"credHelpers":{"gcr.io":"gcloud"},"auths":{"r.example":{«"auth":"YWxpY2U6cHc="»}}}"#, alice
    ),
    json(
      "all else of docker's",
      #"{"HttpHeaders":{"User-Agent":"x"},"auths":{"r.example":{«"auth":"YWxpY2U6cHc="»}},"proxies":{"default":{"httpProxy":"http://u:p@h"}},"psFormat":"table {{.ID}}","plugins":{"a":{"b":"c"}},"experimental":"enabled"}"#,
      alice),
    json(
      "unknown members in an entry",
      #"{"auths":{"r.example":{"x":{"auth":"no secret"},"y":["auth"]«,"auth":"YWxpY2U6cHc="»,"z":null}}}"#,
      alice),
    json(
      "a member of that name elsewhere",
      #"{"auth":"x","auths":{"r.example":{«"auth":"YWxpY2U6cHc="»}},"password":"y"}"#, alice),
    json(
      "nulls",
      #"{"a":null,"auths":{"n.example":{"auth":null},"r.example":{«"auth":"YWxpY2U6cHc="»}}}"#,
      alice),
    json(
      "an empty auth beside it",
      #"{"auths":{"n.example":{"auth":""},"r.example":{«"auth":"YWxpY2U6cHc="»}}}"#, alice),
    json(
      "an empty password beside it",
      #"{"auths":{"n.example":{"auth":"YWxpY2U6"},"r.example":{«"auth":"YWxpY2U6cHc="»}}}"#, alice),
    json(
      "a number for auth beside it",
      #"{"auths":{"n.example":{"auth":1},"r.example":{«"auth":"YWxpY2U6cHc="»}}}"#, alice),
    json(
      "no base64 beside it",
      #"{"auths":{"n.example":{"auth":"%%%"},"r.example":{«"auth":"YWxpY2U6cHc="»}}}"#, alice,
      faults: 1),
    json(
      "no colon beside it",
      #"{"auths":{"n.example":{"auth":"YWxpY2U="},"r.example":{«"auth":"YWxpY2U6cHc="»}}}"#, alice,
      faults: 1),
    json(
      "no user beside it",
      #"{"auths":{"n.example":{"auth":"OnB3"},"r.example":{«"auth":"YWxpY2U6cHc="»}}}"#, alice,
      faults: 1),
    json(
      "a password alone beside it",
      #"{"auths":{"n.example":{"password":"x"},"r.example":{«"auth":"YWxpY2U6cHc="»}}}"#, alice,
      faults: 1),
    json(
      "two secrets in one entry beside it",
      #"{"auths":{"n.example":{"auth":"YWxpY2U6cHc=","identitytoken":"t"},"r.example":{«"auth":"YWxpY2U6cHc="»}}}"#,
      alice,
      faults: 1),
    json(
      "two tokens in one entry beside it",
      #"{"auths":{"n.example":{"registrytoken":"s","identitytoken":"t"},"r.example":{«"auth":"YWxpY2U6cHc="»}}}"#,
      alice,
      faults: 1),
    json(
      "auth and another password beside it",
      #"{"auths":{"n.example":{"auth":"YWxpY2U6cHc=","username":"alice","password":"x"},"r.example":{«"auth":"YWxpY2U6cHc="»}}}"#,
      alice, faults: 1),
    json(
      "a user with a control character beside it",
      #"{"auths":{"n.example":{"auth":"YQpiOnB3"},"r.example":{«"auth":"YWxpY2U6cHc="»}}}"#, alice,
      faults: 1),
    json(
      "auth is UTF-16's business beside it",
      #"{"auths":{"n.example":{"auth":"/zpwdw=="},"r.example":{«"auth":"YWxpY2U6cHc="»}}}"#, alice,
      faults: 1),
    json(
      "deep nesting",
      #"{"x":"# + String(repeating: "[", count: 60) + String(repeating: "]", count: 60)
        + #","auths":{"r.example":{«"auth":"YWxpY2U6cHc="»}}}"#, alice),
    json(
      "big numbers",
      #"{"n":1e400,"m":123456789012345678901234567890,"auths":{"r.example":{«"auth":"YWxpY2U6cHc="»}}}"#,
      alice),
    json(
      "not ASCII around",
      #"{"é":"日本","auths":{"r.example":{«"auth":"YWxpY2U6cHc="»}},"🗝":"\ud83d\udddd"}"#, alice),
    json(
      "white space of all kinds",
      "\n\t {\r\n \"auths\"\t:\n{ \"r.example\" : {«\r\n\"auth\":\t\"YWxpY2U6cHc=\"\n »} }\n}\n\n",
      alice),
    json(
      "a slash that is escaped",
      #"{"auths":{"https:\/\/r.example\/":{«"auth":"YWxpY2U6cDov\/w=="»}}}"#, ["alice:p:/\u{fffd}"]),
    json(
      "the last of many",
      #"{"auths":{"a.example":{«"auth":"YWxpY2U6cHc="»},"b.example":{«"auth":"Ym9iOnB3"»},"c.example":{«"auth":"Y2Fyb2w6cHc="»}}}"#,
      ["alice:pw", "bob:pw", "carol:pw"]),
  ]

  /// Files in docker's form that are left as they are.
  static let refusedJSON: [MigrationRefusal] = [
    MigrationRefusal("no JSON", "c.json", "auths: 1\n", line: 1, "c.json"),
    MigrationRefusal("a list", "c.json", "[1]\n", line: 1, "is not a JSON object"),
    MigrationRefusal("cut off", "c.json", "{\n\"auths\": {\n", line: 3, "line 3"),
    MigrationRefusal("something behind", "c.json", "{}\n{}\n", line: 2, "line 2"),
    MigrationRefusal("a comma too many", "c.json", "{\n\"auths\": {},\n}\n", line: 3, "line 3"),
    MigrationRefusal("a comment", "c.json", "{\n// mine\n}\n", line: 2, "line 2"),
    MigrationRefusal(
      "a member twice", "c.json",
      "{\"auths\": {\n\"a.example\": {},\n\"a.example\": {\"auth\": \"YWxpY2U6cHc=\"}}}",
      line: 3, "twice"),
    MigrationRefusal(
      "auth twice", "c.json", #"{"auths":{"a.example":{"auth":"YWxpY2U6cHc=","auth":"Ym9iOnB3"}}}"#,
      line: 1, "twice"),
    MigrationRefusal(
      "auths is a list", "c.json", "{\n\"auths\": []}", line: 2, "auths is not an object"),
    MigrationRefusal(
      "an entry is a text", "c.json", "{\"auths\": {\n\"a.example\": \"x\"}}", line: 2,
      "is not an object"),
    MigrationRefusal(
      "credsStore is a number", "c.json", "{\n\"credsStore\": 1}", line: 2,
      "credsStore is not a text"),
    MigrationRefusal(
      "a control character", "c.json", "{\"a\": \"\u{1}\"}", line: 1, "control character"),
    MigrationRefusal(
      "not UTF-8", "c.json", Array("{\"a\": \"".utf8) + [0xff] + Array("\"}".utf8), line: 1, "UTF-8"
    ),
    MigrationRefusal("half a surrogate", "c.json", #"{"a": "\ud800"}"#, line: 1, "surrogate"),
    MigrationRefusal(
      "too deep", "c.json",
      "{\"a\": " + String(repeating: "[", count: 70) + String(repeating: "]", count: 70) + "}",
      line: 1, "deeper"),
    MigrationRefusal("UTF-16", "c.json", [0xff, 0xfe, 0x7b, 0x00, 0x7d, 0x00], line: 1, "c.json"),
    MigrationRefusal("single quotes", "c.json", "{'auths': {}}", line: 1, "c.json"),
  ]
}
