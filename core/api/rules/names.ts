import { dnsLabelProblems } from '#core/machinery/names';

/** What is warned of where pods will bear the name of what makes them. */
export function podNameWarnings(name: string): readonly string[] {
  const problems = dnsLabelProblems(name);
  const advice = 'this is used in Pod names and hostnames, which can result in surprising behavior';
  return problems.length === 0 ? [] : [`metadata.name: ${advice}; a DNS label is recommended: [${problems.join(' ')}]`];
}
