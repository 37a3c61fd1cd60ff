export {
  fillPlaceholders,
  isPlaceholderName,
  LONGEST_LINE,
  MOST_PLACEHOLDERS,
  placeholdersOf,
  SavedCommandError,
} from './line.ts';
