import Vault
sealProcess()
