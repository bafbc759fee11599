/** What SQLAlchemy and Optuna's own backends reach over the network. */
const SERVER = /^(?:mysql|mariadb|postgres(?:ql)?|mssql|oracle|cockroachdb|rediss?)(?:\+[a-z0-9_]+)?:\/\//i

/** Whether a location is the URL of a database server. None is read: opening one says so, and asks it nothing. */
export function isDatabaseServer(location: string): boolean {
  return SERVER.test(location)
}
