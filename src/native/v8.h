/*
 * What the addon uses of V8, which Node.js brings along: one function, by its name in the binary (Itanium C++ ABI).
 * Node.js has it in its module `v8`, which loads streams with it: half a megabyte for a daemon that needs none.
 */
#ifndef VISORD_V8_H
#define VISORD_V8_H

/* v8::V8::SetFlagsFromString(const char *); NULL in a binary that does not export it. */
void v8_set_flags(const char *flags) __asm__("_ZN2v82V818SetFlagsFromStringEPKc")
    __attribute__((weak, visibility("default")));

#endif
