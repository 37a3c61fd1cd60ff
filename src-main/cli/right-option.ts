import { Option } from 'commander';

/** Option that takes several rights, each a word or several of them separated by commas. Completion offers their names. */
class RightOption extends Option {}

/** Creates an option that takes rights. @param names rights as commands name them */
export function createRightOption(flags: string, description: string, names: readonly string[]): Option {
  const option = new RightOption(flags, description);
  // Not `choices`, which would refuse words with commas.
  option.argChoices = [...names];
  return option;
}

/** Tells whether an option takes rights. */
export function isRightOption(option: Option): boolean {
  return option instanceof RightOption;
}
