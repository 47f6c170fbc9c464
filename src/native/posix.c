/* The addon: everything that the glue files export, see addon.ts for the types. */
#include "glue.h"

NAPI_MODULE_INIT() {
  export_spawn(env, exports);
  export_process(env, exports);
  export_users(env, exports);
  export_fifos(env, exports);
  export_files(env, exports);
  export_io(env, exports);
  export_lines(env, exports);
  export_sockets(env, exports);
  export_peer(env, exports);
  export_poller(env, exports);
  export_mounts(env, exports);
  return exports;
}
