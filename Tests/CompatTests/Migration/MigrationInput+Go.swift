extension MigrationInput {
  private static let alice = ["alice:pw"]

  /// Files in docker's form that Go reads although they are not as docker writes them.
  static let readByGo: [MigrationInput] = [
    json(
      "names in another case", #"{"Auths":{"r.example":{«"AUTH":"YWxpY2U6cHc="»}}}"#, alice),
    json(
      "auths in two spellings",
      #"{"auths":{"r.example":{«"auth":"YWxpY2U6cHc="»}},"AUTHS":{"s.example":{«"Auth":"Ym9iOnB3"»}}}"#,
      ["alice:pw", "bob:pw"]),
    json(
      "the long s, which Go takes for s",
      #"{"auth\u017f":{"r.example":{«"auth":"YWxpY2U6cHc="»}}}"#,
      alice),
    json(
      "name and password in another case",
      #"{"auths":{"r.example":{"UserName":"alice"«,"Password":"pw"»}}}"#, alice),
    json("the old form", #"{"r.example":{«"auth":"YWxpY2U6cHc=",»"email":"a@b"}}"#, alice),
    json(
      "the old form beside settings",
      #"{"HttpHeaders":{"auth":"x"},"https://index.docker.io/v1/":{«"auth":"YWxpY2U6cHc="»}}"#,
      alice),
    json(
      "a null entry beside it",
      #"{"auths":{"n.example":null,"r.example":{«"auth":"YWxpY2U6cHc="»}}}"#, alice),
    json(
      "auth in two spellings beside it",
      #"{"auths":{"n.example":{"auth":"YWxpY2U6cHc=","Auth":"Ym9iOnB3"},"r.example":{«"auth":"YWxpY2U6cHc="»}}}"#,
      alice, faults: 1),
    json(
      "unused bits of base64 that are set", #"{"auths":{"r.example":{«"auth":"YWxpY2U6cHd="»}}}"#,
      alice),
  ]
}
