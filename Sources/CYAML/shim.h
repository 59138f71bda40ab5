// libyaml, whose header is in the system's include folder.
#ifndef VAULT_CYAML_H
#define VAULT_CYAML_H

#include <yaml.h>

#endif
