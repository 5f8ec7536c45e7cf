import { expect, test } from 'vitest';
import { urlProblem } from './urls.ts';

/** Asked of Go. */
test.each([
  ['https://a.b/c?x=%zz', undefined],
  ['https://a:443/', undefined],
  ['https://[::1]:443/', undefined],
  ['a b', undefined],
  ['%', 'parse "%": invalid URL escape "%"'],
  ['https://a/%zz', 'parse "https://a/%zz": invalid URL escape "%zz"'],
  ['https://a b/', 'parse "https://a b/": invalid character " " in host name'],
  ['https://a:b/', 'parse "https://a:b/": invalid port ":b" after host'],
  [':', 'parse ":": missing protocol scheme'],
  ['1a:b', 'parse "1a:b": first path segment in URL cannot contain colon'],
  ['https://[::1/', 'parse "https://[::1/": missing \']\' in host'],
])('%s', (url, why) => expect(urlProblem(url)).toBe(why));
