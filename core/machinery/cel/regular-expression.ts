/**
 * Whether RE2 takes a text as a regular expression. It is only looked at, not made: what matches is another matter.
 * Upstream: Go's regexp/syntax/parse.go.
 */
export function isRegularExpression(pattern: string): boolean {
  try {
    new Reader(pattern).alternatives(0);
    return true;
  } catch (error) {
    if (!(error instanceof Refused)) throw error;
    return false;
  }
}

class Refused extends Error {}

const MOST_REPEATS = 1000;
const DEEPEST = 1000;
const CLASSES = new Set(
  'alnum alpha ascii blank cntrl digit graph lower print punct space upper word xdigit'.split(' '),
);
const PROPERTIES = new Set(['any', 'ascii', 'assigned', 'lc', 'cn']);

function isProperty(name: string): boolean {
  if (PROPERTIES.has(name.toLowerCase())) return true;
  return ['General_Category', 'Script'].some((kind) => {
    try {
      return new RegExp(String.raw`\p{${kind}=${name}}`, 'u').unicode;
    } catch {
      return false;
    }
  });
}

/** How often what is repeated is repeated at most, in all: repeats within repeats multiply. */
type Repeats = number;

class Reader {
  private readonly text: string;
  private at = 0;

  constructor(text: string) {
    this.text = text;
  }

  /** Reads up to the end, or up to the bracket that ends a group. */
  alternatives(depth: number): Repeats {
    if (depth > DEEPEST) throw new Refused();
    let most: Repeats = 1;
    let repeated: Repeats | undefined;
    let stacked = false;
    while (this.at < this.text.length) {
      if (this.text[this.at] === ')') {
        if (depth === 0) throw new Refused();
        return most;
      }
      const times = this.repeat();
      if (times !== undefined) {
        if (repeated === undefined || stacked) throw new Refused();
        most = Math.max(most, repeated * times);
        if (times > 1 && repeated * times > MOST_REPEATS) throw new Refused();
        stacked = true;
        continue;
      }
      stacked = false;
      repeated = this.one(depth);
      most = Math.max(most, repeated ?? 1);
    }
    if (depth > 0) throw new Refused();
    return most;
  }

  private take(form: RegExp): RegExpExecArray | undefined {
    form.lastIndex = this.at;
    const found = form.exec(this.text);
    if (found) this.at += found[0].length;
    return found ?? undefined;
  }

  private repeat(): Repeats | undefined {
    if (this.take(/[*+?]\??/y)) return 1;
    const found = this.take(/\{(\d+)(,(\d*))?\}\??/y);
    if (found === undefined) return undefined;
    const least = Number(found[1]);
    const most = found[3] ? Number(found[3]) : least;
    if (least > MOST_REPEATS || most > MOST_REPEATS || most < least) throw new Refused();
    return Math.max(most, 1);
  }

  /** Reads one thing; gives how often what is in it is repeated, if it can be repeated itself. */
  private one(depth: number): Repeats | undefined {
    if (this.take(/\(/y)) return this.group(depth);
    if (this.take(/\|/y)) return undefined;
    if (this.take(/\[\^?/y)) this.set();
    else if (this.take(/\\/y)) return this.escape(false);
    else this.take(/[^]/uy);
    return 1;
  }

  private group(depth: number): Repeats | undefined {
    const name = this.take(/\?P?<([A-Za-z0-9_]+)>/y)?.[1];
    if (name === undefined) {
      const flags = this.take(/\?([imsU]*)(-[imsU]+)?([:)])/y);
      if (flags?.[3] === ')') return undefined;
      if (flags === undefined && this.text[this.at] === '?') throw new Refused();
    }
    const most = this.alternatives(depth + 1);
    this.at++;
    return most;
  }

  /** Reads what follows a backslash. */
  private escape(inSet: boolean): Repeats {
    if (this.take(/[pP](?:\{\^?([A-Za-z_0-9]+)\}|([A-Za-z]))/y)) {
      const property = /[pP]\{?\^?([A-Za-z_0-9]+)\}?$/.exec(this.text.slice(0, this.at))![1]!;
      if (!isProperty(property)) throw new Refused();
      return 1;
    }
    if (!inSet && this.take(/Q(?:(?!\\E)[^])*(?:\\E)?/y)) return 1;
    if (!inSet && this.take(/[AbBz]/y)) return 1;
    const plain =
      this.take(/[dDsSwW]/y) ??
      this.take(/0[0-7]{0,2}|[1-7][0-7]{1,2}/y) ??
      this.take(/x(?:[\da-fA-F]{2}|\{0*(?:10[\da-fA-F]{4}|[\da-fA-F]{1,5})\})/y) ??
      this.take(/[afnrtv]|[\u0020-\u007e\0-\u001f\u007f](?<![A-Za-z0-9])/y);
    if (plain === undefined) throw new Refused();
    return 1;
  }

  /** Reads the rest of a set of characters. */
  private set(): void {
    for (let first = true; first || this.text[this.at] !== ']'; first = false) {
      const low = this.member();
      if (low === undefined || !/^-[^\]]/.test(this.text.slice(this.at, this.at + 2))) continue;
      this.at++;
      const high = this.member();
      if (high === undefined || high < low) throw new Refused();
    }
    this.at++;
  }

  /** Reads a member of a set: its code point, if it is one character. */
  private member(): number | undefined {
    const named = this.take(/\[:\^?([a-z]*):\]/y);
    if (named) {
      if (!CLASSES.has(named[1]!)) throw new Refused();
      return undefined;
    }
    const start = this.at;
    if (this.take(/\\/y)) {
      this.escape(true);
      return codeOf(this.text.slice(start + 1, this.at));
    }
    const found = this.take(/[^]/uy);
    if (found === undefined) throw new Refused();
    return found[0].codePointAt(0);
  }
}

const LETTERS: Readonly<Record<string, number>> = { a: 7, f: 12, n: 10, r: 13, t: 9, v: 11 };

/** The code point of an escape; undefined for those that stand for several characters. */
function codeOf(escape: string): number | undefined {
  if (/^[dDsSwWpP]/.test(escape)) return undefined;
  const hex = /^x\{?([\da-fA-F]+)\}?$/.exec(escape)?.[1];
  if (hex !== undefined) return Number.parseInt(hex, 16);
  return /^[0-7]/.test(escape) ? Number.parseInt(escape, 8) : (LETTERS[escape] ?? escape.codePointAt(0));
}
