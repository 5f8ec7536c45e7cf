import { byteLength, parseAddress, parseRange } from '#core/machinery/names';
import { isRequestUri, parseDuration, parseInstant } from '#core/machinery/values';

type Check = (text: string) => boolean;

const matching =
  (pattern: RegExp): Check =>
  (text) =>
    pattern.test(text);

const CARD =
  /^(?:4[0-9]{12}(?:[0-9]{3})?|5[1-5][0-9]{14}|6(?:011|5[0-9][0-9])[0-9]{12}|3[47][0-9]{13}|3(?:0[0-5]|[68][0-9])[0-9]{11}|(?:2131|1800|35\d{3})\d{11})$/;

/** Whether the digits have the sum that cards' numbers have, every second one from the right counted twice. */
function isCard(text: string): boolean {
  const digits = text.replaceAll(/[^0-9]+/g, '');
  const sum = [...digits].toReversed().reduce((total, digit, i) => {
    const value = Number(digit) * (i % 2 === 0 ? 1 : 2);
    return total + (value > 9 ? value - 9 : value);
  }, 0);
  return CARD.test(digits) && sum % 10 === 0;
}

const bookDigits = (text: string): string => text.replaceAll(/[\s-]+/g, '');

function isBook10(text: string): boolean {
  const digits = bookDigits(text);
  const sum = [...digits].reduce((total, digit, i) => total + (i + 1) * (digit === 'X' ? 10 : Number(digit)), 0);
  return /^[0-9]{9}[0-9X]$/.test(digits) && sum % 11 === 0;
}

function isBook13(text: string): boolean {
  const digits = bookDigits(text);
  const sum = [...digits].reduce((total, digit, i) => total + (i % 2 === 0 ? 1 : 3) * Number(digit), 0);
  return /^[0-9]{13}$/.test(digits) && sum % 10 === 0;
}

const isDate: Check = (text) => /^\d{4}-\d\d-\d\d$/.test(text) && parseInstant(`${text}T00:00:00Z`) !== undefined;

/** A date and a time, whose seconds and zone are not held to be real ones. */
function isDateTime(text: string): boolean {
  const [date = '', time] = text.toLowerCase().split('t');
  if (byteLength(text) < 4 || time === undefined || !isDate(date)) return false;
  const found = /^(\d\d):(\d\d):(\d\d)(?:.[0-9]+)?(?:z|[+-]\d\d:\d\d)$/.exec(time);
  return found !== null && found[1]! <= '23' && found[2]! <= '59' && found[3]! <= '59';
}

const SPANS = ['ns', 'us', 'µs', 'ms', 's', 'm', 'h', 'd', 'w', 'wk', 'hr'];
const LONG_SPANS = ['nano', 'micro', 'milli', 'sec', 'min', 'hour', 'day', 'week'];

/** Go's durations, and what has an amount of some unit in it: `2 days`. */
function isDuration(text: string): boolean {
  if (parseDuration(text) !== undefined) return true;
  const amounts = [...text.matchAll(/(\d+)\s*([A-Za-zµ]+)/g)];
  if (amounts.some(([, amount]) => BigInt(amount!) >= 2n ** 63n)) return false;
  return amounts.some(([, , unit]) => {
    const name = unit!.toLowerCase();
    return SPANS.includes(name) || LONG_SPANS.some((start) => name.startsWith(start));
  });
}

const HOST =
  /^(?:[a-zA-Z0-9\p{S}\p{L}](?:-?[a-zA-Z0-9\p{S}\p{L}]{0,62})?|(?:[a-zA-Z0-9\p{S}\p{L}](?:[a-zA-Z0-9\-\p{S}\p{L}]{0,61}[a-zA-Z0-9\p{S}\p{L}])?\.)+[a-zA-Z\p{L}]{2,63})$/u;

function isHost(text: string): boolean {
  return byteLength(text) <= 255 && text.split('.').every((label) => byteLength(label) <= 63) && HOST.test(text);
}

const ATOM_CHARACTERS = "\\w!#$%&'*+\\-/=?^`{|}~\\u0080-\\uffff";
const ATOM = `[${ATOM_CHARACTERS}]+`;
const ADDRESS = `(?:${ATOM}(?:\\.${ATOM})*|"(?:[^"\\\\]|\\\\.)*")@(?:${ATOM}(?:\\.${ATOM})*|\\[[^\\]]*\\])`;
const PHRASE = `(?:[${ATOM_CHARACTERS}. \\t]|"(?:[^"\\\\]|\\\\.)*")*`;

/** `a@example.com`, or such an address in brackets after a name. */
const EMAIL = new RegExp(`^[ \\t]*(?:${ADDRESS}|${PHRASE}<${ADDRESS}>)[ \\t]*$`);

const MAC = [
  /^[\da-f]{2}([:-])[\da-f]{2}(?:\1[\da-f]{2}){4}(?:(?:\1[\da-f]{2}){2}|(?:\1[\da-f]{2}){14})?$/i,
  /^[\da-f]{4}(?:\.[\da-f]{4}){2}(?:\.[\da-f]{4}|(?:\.[\da-f]{4}){7})?$/i,
  /^(?:[\da-f]{12}|[\da-f]{16}|[\da-f]{40})$/i,
];

const CHANNEL = '\\s*(?:0|[1-9]\\d?|1\\d\\d?|2[0-4]\\d|25[0-5])\\s*';
const SHORT_NAME = '[a-z0-9](?:[-a-z0-9]*[a-z0-9])?';
const uuid = (version: string, variant = '[0-9a-f]') =>
  matching(new RegExp(`^[0-9a-f]{8}-?[0-9a-f]{4}-?${version}[0-9a-f]{3}-?${variant}[0-9a-f]{3}-?[0-9a-f]{12}$`, 'i'));

/** By their names without dashes. Upstream: kube-openapi/pkg/validation/strfmt. */
const FORMATS: Readonly<Record<string, Check>> = {
  bsonobjectid: matching(/^[\da-f]{24}$/i),
  uri: isRequestUri,
  email: (text) => text.length <= 4096 && EMAIL.test(text),
  hostname: isHost,
  ipv4: (text) => text.includes('.') && parseAddress(text) !== undefined,
  ipv6: (text) => text.includes(':') && parseAddress(text) !== undefined,
  cidr: (text) => parseRange(text) !== undefined,
  mac: (text) => MAC.some((form) => form.test(text)),
  uuid: uuid('[0-9a-f]'),
  uuid3: uuid('3'),
  uuid4: uuid('4', '[89ab]'),
  uuid5: uuid('5', '[89ab]'),
  isbn: (text) => isBook10(text) || isBook13(text),
  isbn10: isBook10,
  isbn13: isBook13,
  creditcard: isCard,
  ssn: (text) => text.length === 11 && /^\d{3}[- ]?\d{2}[- ]?\d{4}$/.test(text),
  hexcolor: matching(/^#?(?:[\da-fA-F]{3}|[\da-fA-F]{6})$/),
  rgbcolor: matching(new RegExp(`^rgb\\(${CHANNEL},${CHANNEL},${CHANNEL}\\)$`)),
  byte: matching(/^(?:[A-Za-z0-9+/]{4})*(?:[A-Za-z0-9+/]{2}==|[A-Za-z0-9+/]{3}=|[A-Za-z0-9+/]{4})$/),
  password: () => true,
  date: isDate,
  duration: isDuration,
  datetime: isDateTime,
  k8sshortname: (text) => text.length <= 63 && new RegExp(`^${SHORT_NAME}$`).test(text),
  k8slongname: (text) => text.length <= 253 && new RegExp(`^${SHORT_NAME}(?:\\.${SHORT_NAME})*$`).test(text),
};

const plainName = (format: string): string => format.replaceAll('-', '');

export const isKnownFormat = (format: string): boolean => Object.hasOwn(FORMATS, plainName(format));

/** Whether a text is of a format; one that nothing is known of all texts are of. */
export const hasFormat = (format: string, text: string): boolean => FORMATS[plainName(format)]?.(text) !== false;
