export { definePlugin, defineResultHandler } from './index.cjs';
