/**
 * A `hosts.toml` that sends a registry's pulls to a mirror. The mirror is also the `server`: with the public host there a
 * missing tag would wait for name resolution where there is no way out.
 */
export const mirrorConfig = (mirror: string): string => `server = ${JSON.stringify(mirror)}
[host.${JSON.stringify(mirror)}]
  capabilities = ["pull", "resolve"]
`;

/** The files below the registries folder for a mirror of all registries, or of the given ones: path → text. */
export function mirrorFiles(mirror: string, registries: readonly string[] = ['_default']): ReadonlyMap<string, string> {
  return new Map(registries.map((registry) => [`${registry}/hosts.toml`, mirrorConfig(mirror)]));
}
