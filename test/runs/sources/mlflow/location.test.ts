import { expect, it } from 'vitest'
import { parseLocation } from '../../../../src/runs/sources/mlflow/location.ts'

it.each([
  ['mlruns', '/home/ana/mlruns'],
  ['./mlruns/', '/home/ana/mlruns'],
  ['/data/mlruns', '/data/mlruns'],
  ['file:///data/ml%20runs', '/data/ml runs'],
  ['file://localhost/data/mlruns', '/data/mlruns'],
  ['file:/data/mlruns', '/data/mlruns'],
  ['file:mlruns', '/home/ana/mlruns'],
  ['file:./mlruns', '/home/ana/mlruns'],
  ['file://./mlruns', '/home/ana/mlruns'],
  ['FILE:///data/mlruns', '/data/mlruns'],
  ['sqlite:///mlflow.db', '/home/ana/mlflow.db'],
  ['sqlite:///./db/mlflow.db', '/home/ana/db/mlflow.db'],
  ['sqlite:////data/mlflow.db', '/data/mlflow.db'],
  ['sqlite:////data/mlflow.db?timeout=30', '/data/mlflow.db'],
  ['sqlite+pysqlite:////data/mlflow.db', '/data/mlflow.db'],
  ['odd:name', '/home/ana/odd:name'],
  ['', '/home/ana'],
])('takes %j as a path of this machine', (location, path) => {
  expect(parseLocation(location, '/home/ana')).toEqual({ kind: 'path', path })
})

it.each([
  ['http://localhost:5000', 'http'],
  ['HTTPS://example.org', 'https'],
  ['databricks', 'databricks'],
  ['databricks-uc', 'databricks-uc'],
  ['databricks://profile', 'databricks'],
  ['postgresql://user@host/db', 'postgresql'],
  ['mysql+pymysql://host/db', 'mysql+pymysql'],
  ['wasbs://container@account/path', 'wasbs'],
  ['sqlite://', 'sqlite'],
  ['sqlite:///', 'sqlite'],
  ['sqlite:///:memory:', 'sqlite'],
])('takes %j as a service', (location, scheme) => {
  expect(parseLocation(location, '/home/ana')).toEqual({ kind: 'service', scheme })
})
