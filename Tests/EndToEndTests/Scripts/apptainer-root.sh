#!/bin/sh
# apptainer-root.sh [ROOT]: a folder with the real Apptainer of Debian's unstable suite, as
# unstable-root.sh makes it. APPTAINER_ROOT or the first argument names the folder.
exec /bin/sh "$(dirname "$0")/unstable-root.sh" apptainer apptainer /usr/bin/apptainer \
  "${1:-${APPTAINER_ROOT:-}}"
