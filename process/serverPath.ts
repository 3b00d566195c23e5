/**
 * `\\server\share`, `//server/share` and `\\?\UNC\…`: looking whether it exists would already contact the server, and
 * Windows tells it the person's name and a hash of the password.
 */
export const isOnServer = (path: string): boolean => /^[\\/]{2}/.test(path);
