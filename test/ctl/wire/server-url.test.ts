/** Addresses of servers. */
import { describe, expect, it } from 'vitest';
import { isUrl, parseServerUrl } from '../../../src/ctl/wire/server-url.ts';

describe('server URLs', () => {
  it.each([
    ['unix:///tmp/s.sock', { kind: 'unix', path: '/tmp/s.sock' }],
    ['http://localhost:9001', { kind: 'inet', host: 'localhost', port: 9001, isSecure: false }],
    ['http://HOST/path', { kind: 'inet', host: 'host', port: 80, isSecure: false }],
    ['http://user:word@host:1/', { kind: 'inet', host: 'host', port: 1, isSecure: false }],
    ['https://host', { kind: 'inet', host: 'host', port: 443, isSecure: true }],
    ['https://host:9001/RPC2', { kind: 'inet', host: 'host', port: 9001, isSecure: true }],
    ['http://[::1]:9001/RPC2', { kind: 'inet', host: '::1', port: 9001, isSecure: false }],
  ])('%s', (url, target) => {
    expect(parseServerUrl(url)).toEqual(target);
  });

  it.each([
    ['nope', false],
    ['http:', false],
    ['http://', false],
    ['http://?x', false],
    ['9a:b', false],
    ['a:b', true],
    ['unix:///x', true],
  ])('%s counts as one: %s', (text, expected) => {
    expect(isUrl(text)).toBe(expected);
  });
});
