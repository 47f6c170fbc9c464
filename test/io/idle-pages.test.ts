import { expect, test } from 'vitest';
import { IdlePages } from '../../src/io/idle-pages.ts';

const MB = 1 << 20;

function pagesOf(mapped: number) {
  const host = { atMs: 1000, mapped, released: 0, looks: 0 };
  const pages = new IdlePages({
    monotonicMs: () => host.atMs,
    mappedBytes: () => {
      host.looks += 1;
      return host.mapped;
    },
    releasePages: () => {
      host.released += 1;
    },
  });
  return { host, pages };
}

test('pages are given back after work that has touched many', () => {
  const { host, pages } = pagesOf(15 * MB);
  pages.release();
  expect(host.released).toBe(1);
});

test('a daemon keeps what it uses again and again', () => {
  const { host, pages } = pagesOf(13 * MB);
  pages.release();
  expect(host.released).toBe(0);
});

test('many timers that expire together cost one look', () => {
  const { host, pages } = pagesOf(15 * MB);
  for (let count = 0; count < 1000; count += 1) pages.release();
  expect(host).toMatchObject({ looks: 1, released: 1 });
  host.atMs += 2000;
  pages.release();
  expect(host).toMatchObject({ looks: 2, released: 2 });
});

test('after the start everything is given back, and the next work is not held up by it', () => {
  const { host, pages } = pagesOf(15 * MB);
  pages.releaseAll();
  pages.release();
  expect(host).toMatchObject({ looks: 0, released: 1 });
});
