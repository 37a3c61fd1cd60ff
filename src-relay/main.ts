import { createLogger } from '#node/logging/index.ts';
import { errorMessage } from '#shared/errors.ts';
import { greeting, parseArguments, startErrorText } from './command/index.ts';
import { keepYoungGenerationSmall } from '#node/memory/index.ts';
import { startRelay } from './relay.ts';

/** The `clawreach-relay` command: runs until SIGTERM or SIGINT, SIGHUP reads the certificate again. */
async function main(): Promise<void> {
  const { options, logLevel } = parseArguments(process.argv.slice(2), process.env);
  const logger = createLogger({ name: 'clawreach-relay', level: logLevel, destination: 'stderr' });
  // Before anything is printed: who starts us may stop us as soon as it reads that we listen.
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

  process.stdout.write(`${greeting(relay, options.dataDirectory).join('\n')}\n`);

  await stopped;
  // A second signal does not wait.
  process.once('SIGTERM', () => process.exit(1));
  process.once('SIGINT', () => process.exit(1));
  await relay.close();
  process.exit(0);
}

keepYoungGenerationSmall();

try {
  await main();
} catch (error) {
  process.stderr.write(`${startErrorText(error)}\n`);
  process.exitCode = 1;
}
