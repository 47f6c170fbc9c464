// Fails on an import circle in src/ (type imports count) and on an import that points up the list of rooms.
import { join } from 'node:path';
import { complaintsAbout } from './imports/complaints.mjs';
import { root } from './native.mjs';

const complaints = complaintsAbout(join(root, 'src'));
for (const complaint of complaints) console.error(complaint);
process.exitCode = complaints.length === 0 ? 0 : 1;
