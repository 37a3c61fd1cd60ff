import { Option } from 'commander';
import type { PageCheckView, PageFinding } from '#shared/app-api/index.ts';
import { ensureAgent } from '../../control/index.ts';
import { EXIT } from '../../exit-codes.ts';
import { printable } from '../../output/index.ts';
import { addCommand, type CommonOptions, type Registration } from '../registry.ts';

type CheckOptions = CommonOptions & Readonly<{ daily?: 'on' | 'off' }>;

const PROBLEMS: Readonly<Record<PageFinding['problem'], string>> = {
  changed: 'has other bytes than the manifest says',
  missing: "isn't served",
  headers: 'is served under another policy',
  manifest: 'is another manifest than that of this version',
  signature: "isn't signed by the key of ClawReach's releases",
};

/**
 * Registers `clawreach check-page`, which compares the page that a relay serves to browsers with the signed one, and turns the daily check on or off.
 */
export const addCheckPage: Registration = (program, run) => {
  addCommand(program, 'check-page', 'compare the page that a relay serves to browsers with the signed one', {
    description: [
      'Compare the page that a relay serves to browsers with its signed manifest: every file, and the policy under which it runs. If the page is of the ' +
        'version of this ClawReach, it must be the same to the byte.',
      '',
      "This machine sees what the relay sends to it. A relay that sends another page to one visitor alone isn't found. ClawReach makes this check once a " +
        'day by itself.',
    ].join('\n'),
    examples: [
      ['clawreach check-page', 'the relay of this machine'],
      ['clawreach check-page https://relay.example', 'another one'],
      ['clawreach check-page --daily off', "don't check once a day"],
    ],
  })
    .argument('[url]', 'address of the relay or its page; default: the relay of this machine')
    .addOption(
      new Option('--daily <on|off>', 'check once a day, or not, and print nothing else').choices(['on', 'off']),
    )
    .action((url: string | undefined, options: CheckOptions) =>
      run(options, async (context) => {
        const client = await ensureAgent(context);
        if (options.daily !== undefined) {
          const view = await client.call('relayPage.set', { daily: options.daily === 'on' });
          context.reporter.document(view);
          context.reporter.lines(
            view.daily
              ? "ClawReach compares the page of this machine's relay once a day."
              : "ClawReach doesn't compare the page by itself. To do it now: clawreach check-page",
          );
          return EXIT.ok;
        }
        const input = url === undefined ? {} : { url };
        const result = await client.call('relayPage.check', input, { signal: context.host.interrupted });
        context.reporter.document(result);
        context.reporter.lines(...formatCheck(result));
        return result.outcome === 'differs' ? EXIT.authentication : result.outcome === 'none' ? EXIT.failure : EXIT.ok;
      }),
    );
};

function formatCheck({ url, outcome, version, hash, findings }: PageCheckView): readonly string[] {
  const page = version === null ? 'The page' : `The page, version ${printable(version)} (${hash ?? ''}),`;
  const at = printable(url);
  switch (outcome) {
    case 'same':
      return [`${page} of ${at} is the one of this ClawReach.`];
    case 'signed':
      return [`${page} of ${at} is signed and complete. It's of another version than this ClawReach.`];
    case 'unsigned':
      return [
        `${page} of ${at} is complete, but nothing vouches for it: this ClawReach is a build of developers, which knows no key of releases.`,
      ];
    case 'none':
      return [`${at} serves no page.`];
    case 'differs':
      return [
        `The page of ${at} isn't the one that was signed${hash === null ? '' : ` (${hash})`}:`,
        ...findings.map(({ path, problem }) => `  ${printable(path)} ${PROBLEMS[problem]}`),
        "Don't use that page in a browser until the relay's operator has repaired it.",
      ];
  }
}
