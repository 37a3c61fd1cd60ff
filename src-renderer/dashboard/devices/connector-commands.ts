/** Commands that install ClawReach as a connector and pair it, for people to copy. */
export type ConnectorCommands = Readonly<{ install: Readonly<{ unix: string; windows: string }>; pair: string }>;

/**
 * Returns the commands for a plain device. Pure.
 * @param origin origin of the relay, whose installation script takes packages of signed releases only
 */
export function connectorCommands(origin: string, code: string): ConnectorCommands {
  const functions = `${origin}/functions/v1`;
  const script = `${functions}/download-connector?install=`;
  return {
    install: {
      unix: `curl -fsSL '${script}full' | sh`,
      windows: `powershell -Command "irm '${script}ps1' | iex"`,
    },
    pair: `clawreach --pair ${code} --api ${functions}`,
  };
}
