/** Commands that install ClawReach on a machine. */
export type InstallCommands = Readonly<{ unix: string; windows: string }>;

/** Commands that install ClawReach as a connector and pair it, for people to copy. */
export type ConnectorCommands = Readonly<{ install: InstallCommands; pair: string }>;

/**
 * Returns the commands that install ClawReach from a relay that has releases. Pure.
 * @param origin origin of the relay, whose installation script takes packages of signed releases only
 */
export function installCommands(origin: string): InstallCommands {
  const script = `${origin}/functions/v1/download-connector?install=`;
  return { unix: `curl -fsSL '${script}full' | sh`, windows: `powershell -Command "irm '${script}ps1' | iex"` };
}

/** Returns the commands for a plain device. Pure. @param origin origin of the relay */
export function connectorCommands(origin: string, code: string): ConnectorCommands {
  return {
    install: installCommands(origin),
    pair: `clawreach --pair ${code} --api ${origin}/functions/v1`,
  };
}

/** Returns the command that lets a machine use a relay. Pure. @param pin pin of the relay's own certificate; null for another one */
export function relayCommand(origin: string, pin: string | null): string {
  return `clawreach config relay ${origin.replace(/^http/, 'ws')}${pin === null ? '' : ` --pin ${pin}`}`;
}
