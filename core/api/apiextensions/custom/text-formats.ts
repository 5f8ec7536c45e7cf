import { millisecondsOf, parseDuration } from '#core/machinery/values';
import { parseAddress, parseRange } from '#core/machinery/names';

const HEX = '[0-9a-f]';
const uuid = (version: string, variant: string) =>
  new RegExp(
    `^${HEX}{8}-?${HEX}{4}-?${version}${HEX}{${version === '' ? 4 : 3}}-?${variant}${HEX}{${variant === '' ? 4 : 3}}-?${HEX}{12}$`,
    'i',
  );

const matches = (form: RegExp) => (text: string) => form.test(text);

const isBase64 = matches(/^(?:[A-Za-z0-9+/]{4})*(?:[A-Za-z0-9+/]{2}==|[A-Za-z0-9+/]{3}=)?$/);

/** Sums over the digits of a text, each by its weight. */
const weighed = (digits: string, weightOf: (index: number) => number): number =>
  [...digits].reduce((sum, digit, index) => sum + (digit === 'X' ? 10 : Number(digit)) * weightOf(index), 0);

function isIsbn10(text: string): boolean {
  const digits = text.replaceAll(/[\s-]/g, '');
  return /^\d{9}[\dX]$/.test(digits) && weighed(digits, (index) => index + 1) % 11 === 0;
}

function isIsbn13(text: string): boolean {
  const digits = text.replaceAll(/[\s-]/g, '');
  return /^\d{13}$/.test(digits) && weighed(digits, (index) => (index % 2 === 0 ? 1 : 3)) % 10 === 0;
}

const CARD =
  /^(?:4\d{12}(?:\d{3})?|5[1-5]\d{14}|6(?:011|5\d\d)\d{12}|3[47]\d{13}|3(?:0[0-5]|[68]\d)\d{11}|(?:2131|1800|35\d{3})\d{11})$/;

function isCreditCard(text: string): boolean {
  const digits = text.replaceAll(/\D+/g, '');
  if (!CARD.test(digits)) return false;
  const sum = [...digits].toReversed().reduce((total, digit, index) => {
    const value = Number(digit) * (index % 2 === 0 ? 1 : 2);
    return total + (value > 9 ? value - 9 : value);
  }, 0);
  return sum % 10 === 0;
}

function isDate(text: string): boolean {
  return /^\d{4}-\d\d-\d\d$/.test(text) && millisecondsOf(`${text}T00:00:00Z`) !== undefined;
}

const isDateTime = (text: string): boolean =>
  /^\d{4}-\d\d-\d\d[Tt]\d\d:\d\d:\d\d(?:\.\d+)?(?:[Zz]|[+-]\d\d:\d\d)$/.test(text) &&
  millisecondsOf(text.replace('t', 'T').replace('z', 'Z')) !== undefined;

const DURATION =
  /^(\d+)\s*(ns|us|µs|ms|s|m|h|nanosecond|nano|nanos|nanoseconds|micro|micros|microsecond|microseconds|milli|millis|millisecond|milliseconds|second|seconds|minute|minutes|mm|hour|hours|hr|hrs|day|days|d|week|weeks|wk|w)$/i;

const isDuration = (text: string): boolean => parseDuration(text) !== undefined || DURATION.test(text.trim());

const HOST =
  /^([a-zA-Z0-9\p{S}\p{L}]((-?[a-zA-Z0-9\p{S}\p{L}]{0,62})?)|([a-zA-Z0-9\p{S}\p{L}](([a-zA-Z0-9\-\p{S}\p{L}]{0,61}[a-zA-Z0-9\p{S}\p{L}])?)(\.)){1,}([a-zA-Z\p{L}]){2,63})$/u;
const isHostname = (text: string): boolean =>
  text.length <= 255 && text.split('.').every((part) => part.length <= 63) && HOST.test(text);

const SHORT = /^[a-z0-9]([-a-z0-9]*[a-z0-9])?$/;
const isShortName = (text: string): boolean => text.length <= 63 && SHORT.test(text);
const isLongName = (text: string): boolean => text.length <= 253 && text.split('.').every((part) => SHORT.test(part));

function isUri(text: string): boolean {
  if (text.startsWith('/')) return !/[\s\x7f]/.test(text);
  return /^[A-Za-z][A-Za-z0-9+.-]*:[^\s\x7f]*$/.test(text);
}

/** Whether a text keeps to a format that is checked, by the format's name without dashes. Upstream: kube-openapi/pkg/validation/strfmt. */
export const textFormats: Readonly<Record<string, (text: string) => boolean>> = {
  bsonobjectid: matches(/^[0-9a-fA-F]{24}$/),
  byte: isBase64,
  cidr: (text) => parseRange(text) !== undefined,
  creditcard: isCreditCard,
  date: isDate,
  datetime: isDateTime,
  duration: isDuration,
  email: matches(/^(?:[^<>@\s]+@[^<>@\s]+|[^<>]*<[^<>@\s]+@[^<>@\s]+>)$/),
  hexcolor: matches(/^#?([0-9a-fA-F]{3}|[0-9a-fA-F]{6})$/),
  hostname: isHostname,
  ipv4: (text) => parseAddress(text)?.family === 4 && !text.includes(':'),
  ipv6: (text) => text.includes(':') && parseAddress(text) !== undefined,
  isbn: (text) => isIsbn10(text) || isIsbn13(text),
  isbn10: isIsbn10,
  isbn13: isIsbn13,
  k8slongname: isLongName,
  k8sshortname: isShortName,
  mac: matches(
    /^(?:[0-9a-fA-F]{2}([:-])(?:[0-9a-fA-F]{2}\1){4}(?:[0-9a-fA-F]{2}\1[0-9a-fA-F]{2}\1)?[0-9a-fA-F]{2}|(?:[0-9a-fA-F]{4}\.){2,3}[0-9a-fA-F]{4})$/,
  ),
  password: () => true,
  rgbcolor: matches(
    /^rgb\(\s*(25[0-5]|2[0-4]\d|1\d{2}|[1-9]?\d)\s*,\s*(25[0-5]|2[0-4]\d|1\d{2}|[1-9]?\d)\s*,\s*(25[0-5]|2[0-4]\d|1\d{2}|[1-9]?\d)\s*\)$/,
  ),
  ssn: matches(/^\d{3}[- ]?\d{2}[- ]?\d{4}$/),
  uri: isUri,
  uuid: matches(uuid('', '')),
  uuid3: matches(uuid('3', '')),
  uuid4: matches(uuid('4', '[89ab]')),
  uuid5: matches(uuid('5', '[89ab]')),
};
