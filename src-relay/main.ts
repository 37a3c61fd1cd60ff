import { createLogger } from '#node/logging/index.ts';
import { errorMessage } from '#shared/errors.ts';
import {
  isStoppedBySystemd,
  parseRelayArguments,
  runSubcommand,
  startErrorText,
  startupBanner,
  withHelpOption,
} from './command/index.ts';
import { keepYoungGenerationSmall } from '#node/memory/index.ts';
import { startRelay } from './relay.ts';

/**
 * Time after the first signal from which another one ends the relay at once, ms. Before that, launcher and terminal may both have delivered the same
 * signal.
 */
const INSISTENCE = 500;

/** Budget of all log lines, about 10 MB a day. Lines that strangers cause have a smaller one (`AddressLog`). */
const LOG_BUDGET = { burst: 1000, perSecond: 1 / 2 };
/** Rotation with `--log-file`: 10 MiB, and four older files. */
const LOG_ROTATION = { maxBytes: 10 * 1024 * 1024, olderFiles: 4 };

/** Runs the `clawreach-relay` command with these words until SIGTERM or SIGINT. On SIGHUP it reads the certificate again. */
async function main(words: readonly string[]): Promise<void> {
  const { options, logLevel, logFile } = parseRelayArguments(words, process.env);
  const logger = createLogger({
    name: 'clawreach-relay',
    level: logLevel,
    destination: logFile === undefined ? 'stderr' : { file: logFile, rotation: LOG_ROTATION },
    budget: LOG_BUDGET,
  });
  // Set up before anything is printed: the starting program may stop the relay as soon as it reads the port.
  const stopped = new Promise<void>((resolve) => {
    process.once('SIGTERM', resolve);
    process.once('SIGINT', resolve);
  });
  const relay = await startRelay({ ...options, logger });
  const reload = async (): Promise<void> => {
    try {
      await relay.reloadCertificate();
      logger.info('certificate read again');
    } catch (error) {
      logger.error('certificate not read, the old one stays', { message: errorMessage(error) });
    }
  };
  process.on('SIGHUP', () => void reload());

  process.stdout.write(`${startupBanner(relay, options, process.stdout.isTTY, process.stdout.columns).join('\n')}\n`);

  await stopped;
  const since = performance.now();
  const insist = (): void => {
    if (performance.now() - since > INSISTENCE) process.exit(1);
  };
  process.on('SIGTERM', insist);
  process.on('SIGINT', insist);
  if (process.stderr.isTTY) {
    process.stderr.write(
      `Stopping; links in use have up to ${(options.drainTimeout ?? 0) / 1000} s. Ctrl-C again ends it now.\n`,
    );
  }
  await relay.close((await isStoppedBySystemd()) ? { announceRestart: false } : {});
  process.exit(0);
}

keepYoungGenerationSmall();

try {
  const words = withHelpOption(process.argv.slice(2));
  if (!(await runSubcommand(words, process.env))) await main(words);
} catch (error) {
  process.stderr.write(`${startErrorText(error)}\n`);
  process.exitCode = 1;
}
