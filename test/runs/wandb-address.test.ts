import { describe, expect, it } from 'vitest'
import { mlflow } from '../../src/runs/sources/mlflow/mlflow.ts'
import { wandb } from '../../src/runs/sources/wandb/wandb.ts'
import { wandbAddress } from '../../src/runs/wandb-address.ts'
import { plainWorld } from '../support/run-source-contract.ts'

const PUBLIC = { base: 'https://api.wandb.ai', shown: 'https://wandb.ai', entity: 'team', project: 'shop' }
const OWN = {
  base: 'https://w.example.org/wb',
  shown: 'https://w.example.org/wb',
  entity: 'team',
  project: 'shop',
}

describe('an address of a project', () => {
  it.each([
    ['wandb://team/shop', undefined, PUBLIC],
    ['wandb://team/shop/', undefined, PUBLIC],
    ['wandb://team/a%20shop', undefined, { ...PUBLIC, project: 'a shop' }],
    ['https://wandb.ai/team/shop', undefined, PUBLIC],
    ['https://wandb.ai/team/shop/workspace?nw=x', undefined, PUBLIC],
    ['https://api.wandb.ai/team/shop', undefined, PUBLIC],
    ['wandb://team/shop', 'https://api.wandb.ai/', PUBLIC],
    ['wandb://team/shop', 'https://w.example.org/wb/', OWN],
    ['https://w.example.org/wb/team/shop', 'https://w.example.org/wb/', OWN],
    ['https://w.example.org/team/shop', 'https://w.example.org/wb/', null],
    ['https://w.example.org/wb/team/shop', undefined, null],
    ['https://other.example.org/team/shop', 'https://w.example.org', null],
    ['https://wandb.ai/team/shop', 'https://w.example.org', PUBLIC],
    ['http://wandb.ai/team/shop', undefined, null],
    ['https://ana:secret@wandb.ai/team/shop', undefined, null],
    ['https://wandb.ai/team', undefined, null],
    ['https://wandb.ai/team/shop/runs/aa11bb22', undefined, null],
    ['wandb://team', undefined, null],
    ['wandb://../shop', undefined, null],
    ['wandb://team/sh%2Fop', undefined, null],
    ['wandb://team/%E0%A4%A', undefined, null],
    ['/home/team/shop', undefined, null],
  ])('%s with WANDB_BASE_URL %s', (location, base, address) => {
    expect(wandbAddress(location, { WANDB_BASE_URL: base })).toEqual(address)
  })

  it('is claimed by one kind alone, and other addresses are left to the other', async () => {
    const world = { ...plainWorld('/'), env: { WANDB_BASE_URL: 'https://w.example.org' } }
    for (const [location, ours] of [
      ['wandb://team/shop', true],
      ['https://wandb.ai/team/shop', true],
      ['https://w.example.org/team/shop', true],
      ['https://mlflow.example.org/team/shop', false],
      ['https://w.example.org', false],
    ] as const) {
      expect(await wandb.recognises(location, world)).toBe(ours)
      expect(await mlflow.recognises(location, world)).toBe(!ours)
    }
  })
})
