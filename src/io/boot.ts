/**
 * Which boot of which machine, and which PID namespace, this process is in: a pid means something only there.
 *
 * @module
 */
import { readFileSync, readlinkSync } from 'node:fs';

/** Empty where the kernel does not report one. */
export function bootId(): string {
  try {
    return readFileSync('/proc/sys/kernel/random/boot_id', 'latin1').trim();
  } catch {
    return '';
  }
}

/** As `pid:[4026531836]`; empty where the kernel does not report one. */
export function pidNamespace(): string {
  try {
    return readlinkSync('/proc/self/ns/pid');
  } catch {
    return '';
  }
}
