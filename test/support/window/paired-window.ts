import type { Device } from '../e2e/device.ts';
import type { StageRelay } from '../e2e/relay.ts';
import { Stage } from '../e2e/stage.ts';
import { machineRow, openTerminalOn, showMachines } from './machine-rows.ts';
import type { Surface } from './surface.ts';
import { TerminalPane } from './terminal-pane.ts';

/** A window of "laptop", paired with "office", which lets it open terminals; a relay and office's agent are processes of their own. */
export class PairedWindow<Kind extends Surface> {
  readonly stage: Stage;
  /** As it was started first. */
  readonly relay: StageRelay;
  readonly office: Device;
  readonly laptop: Device;
  readonly surface: Kind;

  private constructor(
    stage: Stage,
    relay: StageRelay,
    devices: Readonly<{ office: Device; laptop: Device }>,
    surface: Kind,
  ) {
    this.stage = stage;
    this.relay = relay;
    this.office = devices.office;
    this.laptop = devices.laptop;
    this.surface = surface;
  }

  /** Shows the peers when this resolves. */
  static async open<Kind extends Surface>(create: (laptop: Device, stage: Stage) => Kind): Promise<PairedWindow<Kind>> {
    const stage = new Stage();
    let surface: Kind | undefined;
    try {
      const relay = await stage.startRelay();
      const devices = await stage.pairedDevices(relay);
      // The window brings its own agent, or starts one.
      await devices.laptop.ok('stop');
      surface = create(devices.laptop, stage);
      const window = new PairedWindow(stage, relay, devices, surface);
      await surface.start();
      await machineRow(surface.page, 'office').waitFor();
      return window;
    } catch (error) {
      // A second try has no use for it.
      await surface?.close().catch(() => undefined);
      await stage.close().catch(() => undefined);
      throw error;
    }
  }

  /** A new terminal on office, at its prompt, in front. */
  async openTerminal(): Promise<TerminalPane> {
    const { page } = this.surface;
    await showMachines(page);
    await openTerminalOn(page, 'office');
    const terminal = new TerminalPane(page);
    await terminal.until(/there>$/m);
    return terminal;
  }

  async close(): Promise<void> {
    try {
      await this.surface.close();
    } finally {
      await this.stage.close();
    }
  }
}
