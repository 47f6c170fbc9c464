/** A file with variables that cannot be used; the process is not started. */
export class EnvironmentFileError extends Error {
  override readonly name = 'EnvironmentFileError';
}
