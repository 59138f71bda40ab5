import Testing
import VaultTestSupport

/// The real Apptainer, with logins that it keeps in plain text.
@Suite(.enabled(if: ApptainerRoot.whyMissing == nil, "\(ApptainerRoot.whyMissing ?? "")"))
struct MigratedApptainerTests {
  @Test
  func `three plain logins are taken over, a pull works by the helper, and the home comes back`()
    throws
  {
    let world = try ApptainerRoot.world()
    let others = try (0..<2).map { _ in
      try DockerRegistry(.basic(user: ClientWorld.user, password: ClientWorld.password))
    }
    let before = try ApptainerRoot.run(
      MigratedClientsTests.treeHash + """
        vault init -q --key-file /mnt/home/vault.key
        for registry in "$1" \(others.map(\.host).joined(separator: " ")); do
          apptainer registry login -u alice --password-stdin "docker://$registry" <<<"$PASSWORD" 2>&1
        done
        cat .docker/config.json
        apptainer registry list >/mnt/list
        tree >/mnt/tree
        vault migrate --dry-run
        vault migrate --yes --helper 2>&1
        apptainer registry list | cmp - /mnt/list
        """, in: world)
    #expect(before.status == 0, "\(before.output)\(before.errors)")
    let home = world.folder.path("home")
    #expect(try leftovers(of: [ClientWorld.password], below: home) == [])

    let after = try ApptainerRoot.run(
      MigratedClientsTests.treeHash + """
        apptainer -q pull --no-https box.sif "docker://$1/team/app:1"
        rm box.sif
        rm -rf .apptainer/cache
        apptainer registry list | cmp - /mnt/list
        vault registry list
        vault helper uninstall
        ! apptainer -q pull --no-https box.sif "docker://$1/team/app:1"
        vault exec --registry "docker://$1" -- apptainer -q pull --no-https box.sif "docker://$1/team/app:1"
        rm box.sif
        vault migrate --undo --yes
        rm -rf .apptainer/cache
        tree | cmp - /mnt/tree
        apptainer -q pull --no-https box.sif "docker://$1/team/app:1"
        ls box.sif
        """, in: world)
    #expect(after.status == 0, "\(after.output)\(after.errors)")
    #expect(after.output.hasSuffix("box.sif\n"))
    for registry in [world.registry] + others {
      #expect(after.output.contains("docker://\(registry.host)"))
    }
  }

  @Test
  func `an emptied docker-config.json of its own goes on working, and so does a keyserver's list`()
    throws
  {
    let world = try ApptainerRoot.world()
    let outcome = try ApptainerRoot.run(
      """
      vault init -q --key-file /mnt/home/vault.key
      mkdir -m 700 .apptainer
      printf '{"auths":{}}' >.apptainer/docker-config.json
      chmod 600 .apptainer/docker-config.json
      apptainer registry login -u alice --password-stdin "docker://$1" <<<"$PASSWORD" 2>&1
      apptainer remote add --no-login mine https://cloud.example.com
      sed -i 's/^\\( *\\)URI: cloud.example.com/&\\n\\1Token: unm1stakable-token/' .apptainer/remote.yaml
      cp -a .apptainer /mnt/before
      vault migrate --yes --helper 2>&1
      diff /mnt/before/remote.yaml .apptainer/remote.yaml || true
      apptainer remote list
      apptainer -q pull --no-https box.sif "docker://$1/team/app:1"
      apptainer registry logout "docker://$1"
      vault registry list
      """, in: world)
    #expect(outcome.status == 0, "\(outcome.output)\(outcome.errors)")
    #expect(outcome.output.contains("Token: unm1stakable-token"))
    #expect(outcome.output.contains("cloud.example.com"))
    #expect(outcome.output.hasSuffix("\nURI  SECURE?\n"))
    #expect(
      try leftovers(
        of: [ClientWorld.password, "unm1stakable-token"], below: world.folder.path("home")) == [])
  }
}
