// Runs the sample: a daemon in the foreground, or with --fleet three of them.
await import(process.argv.includes('--fleet') ? './start-fleet.mjs' : './start-one.mjs');
