{
  "targets": [
    {
      "target_name": "posix",
      "sources": [
        "src/native/posix.c",
        "src/native/core_attributes.c",
        "src/native/core_fifos.c",
        "src/native/core_checksum.c",
        "src/native/core_files.c",
        "src/native/core_io.c",
        "src/native/core_peer.c",
        "src/native/core_lines.c",
        "src/native/core_pages.c",
        "src/native/core_process.c",
        "src/native/core_sockets.c",
        "src/native/core_share.c",
        "src/native/core_spawn.c",
        "src/native/core_time.c",
        "src/native/core_users.c",
        "src/native/glue.c",
        "src/native/glue_fifos.c",
        "src/native/glue_files.c",
        "src/native/glue_io.c",
        "src/native/glue_peer.c",
        "src/native/glue_lines.c",
        "src/native/glue_mounts.c",
        "src/native/glue_poller.c",
        "src/native/glue_process.c",
        "src/native/glue_sockets.c",
        "src/native/glue_spawn.c",
        "src/native/glue_users.c"
      ],
      "defines": ["_GNU_SOURCE", "NAPI_VERSION=8"],
      "cflags": ["-std=c11", "-O2", "-Wall", "-Wextra", "-Wno-unused-parameter", "-fvisibility=hidden"],
      "ldflags": ["-Wl,-z,now"]
    }
  ]
}
