import Testing
import VaultTestSupport

/// Files that docker, podman and skopeo wrote themselves.
struct MigratedClientsTests {
  /// All below the home but the vault's own, with modes and links, in one number.
  static let treeHash = """
    tree() {
      (cd "$HOME" && find . -name .local -prune -o -name .cache -prune -o -printf '%p %M %l\\n' -o -false \
        && find . -name .local -prune -o -name .cache -prune -o -type f -exec sha256sum {} +) | sort | sha256sum
    }

    """

  @Test
  func
    `what docker, podman and skopeo have written is taken over, works by the helper, and comes back`()
    throws
  {
    let world = try ClientWorld()
    let other = try DockerRegistry(
      .basic(user: ClientWorld.user, password: ClientWorld.password))
    try world.pushImage()
    let outcome = try world.run(
      Self.treeHash + """
        # docker takes a helper by itself where the file names none at all.
        mkdir -m 700 "$HOME/.docker"
        echo '{"credHelpers":{"elsewhere.example":"none"}}' >"$HOME/.docker/config.json"
        docker login -u alice --password-stdin "$1" <<<"$PASSWORD"
        podman $STORAGE login --tls-verify=false -u alice --password-stdin "$1" <<<"$PASSWORD"
        skopeo login --tls-verify=false -u alice --password-stdin "\(other.host)" <<<"$PASSWORD"
        before=$(tree)
        echo "--- plan"
        vault migrate --dry-run
        test "$before" = "$(tree)"
        echo "--- migrate"
        vault migrate --yes --helper 2>&1
        echo "--- diff"
        cat "$HOME/.docker/config.json" "$HOME/containers/auth.json"
        echo "--- use"
        docker manifest inspect --insecure "$1/team/app:1"
        podman $STORAGE pull -q --tls-verify=false "$1/team/app:1"
        podman $STORAGE rmi -af >/dev/null
        skopeo list-tags --tls-verify=false "docker://$1/team/app"
        test ! -e "$HOME/.config/containers/auth.json"
        """)
    #expect(outcome.status == 0, "\(outcome.output)\(outcome.errors)")
    #expect(outcome.output.contains("schemaVersion"))
    #expect(outcome.output.contains("\"Tags\""))
    #expect(try world.leftovers() == [])
    let back = try world.run(
      """
      vault migrate --undo --yes
      docker manifest inspect --insecure "$1/team/app:1" >/dev/null
      podman $STORAGE pull -q --tls-verify=false "$1/team/app:1"
      podman $STORAGE login --get-login "\(other.host)"
      skopeo list-tags --tls-verify=false "docker://$1/team/app" >/dev/null
      """)
    #expect(back.status == 0, "\(back.output)\(back.errors)")
  }

  @Test func `the home is byte for byte as it was after the undoing`() throws {
    let world = try ClientWorld()
    let outcome = try world.run(
      Self.treeHash + """
        mkdir -m 700 "$HOME/.docker"
        echo '{"credHelpers":{"elsewhere.example":"none"}}' >"$HOME/.docker/config.json"
        docker login -u alice --password-stdin "$1" <<<"$PASSWORD"
        chmod 640 "$HOME/.docker/config.json"
        mv "$HOME/.docker/config.json" "$HOME/docker.json"
        ln -s ../docker.json "$HOME/.docker/config.json"
        podman $STORAGE login --tls-verify=false -u alice --password-stdin "$1" <<<"$PASSWORD"
        before=$(tree)
        vault migrate --yes --helper
        test "$before" != "$(tree)"
        vault migrate --undo --yes
        test "$before" = "$(tree)"
        """)
    #expect(outcome.status == 0, "\(outcome.output)\(outcome.errors)")
  }

  @Test func `an emptied login is none for podman and skopeo, and is docker's own mark`() throws {
    let world = try ClientWorld()
    try world.pushImage()
    let outcome = try world.run(
      """
      mkdir -p "$HOME/containers" "$HOME/.docker"
      chmod 700 "$HOME/containers" "$HOME/.docker"
      printf '{"auths":{"%s":{}}}' "$1" >"$HOME/containers/auth.json"
      printf '{"auths":{"%s":{}}}' "$1" >"$HOME/.docker/config.json"
      ! podman $STORAGE login --get-login "$1"
      ! skopeo list-tags --tls-verify=false "docker://$1/team/app"
      ! docker manifest inspect --insecure "$1/team/app:1"
      podman $STORAGE logout "$1"
      docker logout "$1"
      """)
    #expect(outcome.status == 0, "\(outcome.output)\(outcome.errors)")
    #expect(outcome.errors.contains("not logged into"))
    #expect(outcome.errors.contains("unauthorized"))
  }
}
