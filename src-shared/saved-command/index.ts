export {
  fillPlaceholders,
  isPlaceholderName,
  LONGEST_LINE,
  MOST_PLACEHOLDERS,
  placeholdersOf,
  quotedPlaceholder,
  SavedCommandError,
} from './line.ts';
