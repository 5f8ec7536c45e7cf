import { expect, test } from 'vitest';
import { rewriteHtml } from './html.ts';
import { rewriteLink } from './links.ts';

const mark = (html: string) => rewriteHtml(html, (link) => (link.startsWith('/') ? `/p${link}` : link));

test.each([
  ['<a href="/x">y</a>', '<a href="/p/x">y</a>'],
  ["<A class=b HREF='/x' >", "<A class=b HREF='/p/x' >"],
  ['<a href=/x>', '<a href="/p/x">'],
  ['<a href="/x?a=1&amp;b=2">', '<a href="/p/x?a=1&amp;b=2">'],
  [
    '<img src="/a"/><script src="/b">if (1 < 2) "<a href=\'/c\'>"</script>',
    '<img src="/p/a"/><script src="/p/b">if (1 < 2) "<a href=\'/c\'>"</script>',
  ],
  ['<!-- <a href="/x"> --><a href="y">', '<!-- <a href="/x"> --><a href="y">'],
  ['<!doctype html><p title="/x">1 < 2</p>', '<!doctype html><p title="/x">1 < 2</p>'],
  ['<a href="/x', '<a href="/x'],
  ['<a disabled href = "/x"', '<a disabled href = "/p/x"'],
])('%s', (html, wanted) => expect(mark(html)).toBe(wanted));

test('a page of nothing but beginnings takes linear time', () => {
  const html = '<a "<a \'<'.repeat(200_000);
  const began = performance.now();
  expect(mark(html)).toBe(html);
  expect(performance.now() - began).toBeLessThan(2000);
});

const place = { prefix: '/api/v1/pods/web/proxy', asked: 'cluster:6443', dialled: '10.0.0.1:80' };
test.each([
  ['/x', '/api/v1/pods/web/proxy/x'],
  ['/x/../y//z/?q=/#f', '/api/v1/pods/web/proxy/y/z/?q=/#f'],
  ['/', '/api/v1/pods/web/proxy/'],
  ['x/y', 'x/y'],
  ['', ''],
  ['#top', '#top'],
  ['mailto:a@b', 'mailto:a@b'],
  ['http://elsewhere/x', 'http://elsewhere/x'],
  ['http://10.0.0.1:80/x', '/api/v1/pods/web/proxy/x'],
  ['https://cluster:6443/x', 'https://cluster:6443/api/v1/pods/web/proxy/x'],
  ['/api/v1/pods/web/proxy/x', '/api/v1/pods/web/proxy/x'],
])('%s leads to %s', (link, wanted) => expect(rewriteLink(link, place)).toBe(wanted));
