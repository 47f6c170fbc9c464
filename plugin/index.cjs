'use strict';
// The functions of index.d.cts: they check types, and do nothing when they run.
exports.definePlugin = (factory) => factory;
exports.defineResultHandler = (handler) => handler;
