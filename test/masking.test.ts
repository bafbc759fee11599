import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { NarrateError } from '../src/errors.ts'
import { maskSecrets, secretValues } from '../src/masking.ts'

/** Secrets are put together here from pieces, so that no scanner finds one in the repository. */
const random = (length: number, alphabet = 'aB3dE6gH9jK2mN5pQ8sT1vW4xY7z') =>
  Array.from({ length }, (_, index) => alphabet.charAt((index * 7 + 3) % alphabet.length)).join('')
const hex = (length: number) => random(length, '0a1b2c3d4e5f6789')
const join = (...pieces: readonly string[]) => pieces.join('')
const pem = (body: string) =>
  join('-----BEGIN ', 'RSA PRIVATE', ' KEY-----\n', body, '\n-----END ', 'RSA PRIVATE', ' KEY-----')

const secrets: readonly (readonly [
  name: string,
  before: string,
  secret: string,
  after: string,
  what: string,
])[] = [
  ['an OpenAI project key', 'my key is ', join('sk', '-proj-', random(48)), ' ok', 'API key'],
  ['an old OpenAI key', '', join('sk', '-', random(48)), '', 'API key'],
  ['an Anthropic key', 'x=', join('sk', '-ant-api03-', random(60)), ', y', 'API key'],
  ['an AWS key id', 'id ', join('AK', 'IA', random(16, 'ABCDEFGH234567')), ' here', 'cloud key'],
  ['an AWS secret key', 'aws_secret_access_key = ', random(40), '', 'API key'],
  ['a GitHub token', 'push with ', join('gh', 'p_', random(36)), '.', 'access token'],
  ['a fine-grained GitHub token', '', join('github', '_pat_', random(60)), '', 'access token'],
  ['a Hugging Face token', 'login ', join('hf', '_', random(34)), '', 'access token'],
  ['a Slack token', '', join('xo', 'xb-', '123456789012-', random(24)), '', 'access token'],
  ['a Databricks token', 'host ', join('da', 'pi', hex(32)), '', 'access token'],
  ['a W&B key in the environment', 'export WANDB_API_KEY=', hex(40), '', 'API key'],
  ['a W&B key at login', 'wandb login --relogin ', hex(40), '', 'API key'],
  ['a W&B key in prose', 'the wandb key is ', hex(40), ' (mine)', 'API key'],
  [
    'a web token',
    'cookie ',
    join('ey', 'J', random(20), '.ey', 'J', random(30), '.', random(30)),
    '',
    'web token',
  ],
  ['a bearer token', 'Authorization: Bearer ', random(32), '', 'access token'],
  ['a password in YAML', 'password: ', 'hunter2!', '', 'password'],
  ['a password in code', 'DB_PASSWORD = "', 'correct horse'.replace(' ', '-'), '"', 'password'],
  ['a password in prose', 'the password is ', 'hunter2!', ' by the way', 'password'],
  ['a key in JSON', '{"api_key": "', random(24), '"}', 'API key'],
  ['a key in camel case', "apiKey: '", random(24), "'", 'API key'],
  ['a token by flag', 'login --token ', random(24), ' --yes', 'access token'],
  ['a token by flag and sign', 'login --hub-token=', random(24), '', 'access token'],
  ['a key in a query', 'https://example.org/v1?api_key=', random(24), '&run=1', 'API key'],
  ['a key in Python', 'os.environ["OPENAI_API_KEY"] = "', random(30), '"', 'API key'],
  ['an e-mail address', 'ask ', join('ada', '@', 'example.org'), ' about it', 'e-mail address'],
]

const kept: readonly string[] = [
  `commit ${hex(40)}`,
  `wandb run at commit ${hex(40)}`,
  `run ${hex(32)} beats ${hex(32)}`,
  `data digest sha256:${hex(64)}`,
  `cache_key=${hex(64)}`,
  `key: ${hex(32)}`,
  'run_key = mlflow:2/3fa2c1',
  'token_dropout=0.1',
  'max_tokens: 512',
  'max_new_tokens=128 tokens: 24000',
  'pad_token: <pad>, eos_token = "</s>"',
  'token = 0.00012345678901e-05',
  'loss_per_token = FusedSoftcappedCrossEntropy.apply(x)',
  'val_auc: 0.8471234567890123',
  'sort_key=val_accuracy_at_epoch_10',
  'primary_key: experiment_name',
  'the key: higher lr hurts, the secret: train longer',
  'token: SMOTE',
  'password: none',
  'api_key = os.environ["OPENAI_API_KEY"]',
  'api_key=$OPENAI_API_KEY',
  'sk-learn-random-forest-classifier-depth-10',
  'sk-lr3e-4-bs128-seed17-warmup100',
  'git@github.com:someone/project.git',
  'git clone https://github.com/someone/project.git',
  'http://localhost:5000/#/experiments/2',
  'recall@10 and precision@5.mean and mAP@0.5',
  '@torch.no_grad() def step(self)',
  's3://bucket/home/ada/model.pt',
  'https://example.org/home/about',
  'Basic idea: oversample the minority class',
  'bearer of bad news: it overfits',
  'monkey: 3 turkey=12345678901234567890a',
]

describe('maskSecrets', () => {
  test.each(secrets)('masks %s', (_, before, secret, after, what) => {
    expect(maskSecrets(`${before}${secret}${after}`)).toEqual({
      text: `${before}[masked: ${what}]${after}`,
      masked: [{ what, count: 1 }],
    })
  })

  test.each(kept)('leaves alone: %s', (text) => {
    expect(maskSecrets(text)).toEqual({ text, masked: [] })
  })

  test('masks a private key with its lines, closed or not, and keeps what stands around it', () => {
    const body = `${random(64)}\n${random(64)}\n${random(20)}==`
    expect(maskSecrets(`a\n${pem(body)}\nb`).text).toBe('a\n[masked: private key]\nb')
    const open = pem(body).split('\n').slice(0, 3).join('\n')
    expect(maskSecrets(`a\n${open}`).text).toBe('a\n[masked: private key]')
  })

  test('masks user and password in an address and keeps the host', () => {
    const address = join('postgresql://', 'ada:', 'pa55word', '@db.example.org:5432/mlflow')
    expect(maskSecrets(address)).toEqual({
      text: 'postgresql://[masked: credentials]@db.example.org:5432/mlflow',
      masked: [{ what: 'credentials', count: 1 }],
    })
    const token = join('https://', random(24), '@github.com/a/b')
    expect(maskSecrets(token).text).toBe('https://[masked: credentials]@github.com/a/b')
  })

  test.each([
    ['/home/ada/runs/3/model.pt', '~/runs/3/model.pt'],
    ['"/home/local/DOMAIN/ada/x', '"~/x'],
    ['saved to /Users/ada.lovelace/x', 'saved to ~/x'],
    ['file:///home/ada/mlruns', 'file://~/mlruns'],
    ['C:\\Users\\Ada Lovelace\\mlruns', '~\\mlruns'],
    ['"C:\\\\Users\\\\ada\\\\mlruns"', '"~\\\\mlruns"'],
    ['file:///C:/Users/ada/mlruns', 'file:///~/mlruns'],
    ['cd /home/ada', 'cd ~'],
  ])('writes the home folder of %s as ~', (path, masked) => {
    expect(maskSecrets(path)).toEqual({ text: masked, masked: [{ what: 'home path', count: 1 }] })
  })

  test('masks known values first and wherever they stand', () => {
    expect(maskSecrets('run_swordfish-9_x swordfish-9', [], ['swordfish-9'])).toEqual({
      text: 'run_[masked: environment value]_x [masked: environment value]',
      masked: [{ what: 'environment value', count: 2 }],
    })
  })

  test("masks by the user's own patterns, which never touch a mark, and refuses a broken one", () => {
    expect(maskSecrets('patient 4711 masked', ['patient \\d+', 'masked'])).toEqual({
      text: '[masked: custom pattern] [masked: custom pattern]',
      masked: [{ what: 'custom pattern', count: 2 }],
    })
    expect(() => maskSecrets('x', ['('])).toThrow(NarrateError)
  })

  test('changes nothing the second time, whatever the text', () => {
    const piece = fc.oneof(
      fc.string(),
      fc.constantFrom(
        'password=',
        'token: ',
        ' --token ',
        '/home/',
        'ada',
        '@',
        '://',
        ':',
        '"',
        '[masked: ',
        ']',
        ' ',
      ),
      fc.constantFrom(...secrets.map(([, before, secret]) => before + secret), ...kept),
    )
    fc.assert(
      fc.property(fc.array(piece, { maxLength: 12 }), (pieces) => {
        const once = maskSecrets(pieces.join('')).text
        expect(maskSecrets(once)).toEqual({ text: once, masked: [] })
      }),
      { numRuns: 2000 },
    )
  })

  test.each([
    'a',
    'a@',
    'eyJ',
    'sk-',
    'key',
    'token=',
    'http://a:',
    ' wandb key',
    '--a ',
    'a.',
    '/home/',
    '"',
  ])('comes to an end on a long text that repeats %j', (part) => {
    // A quadratic rule would run into the time limit of the test.
    const text = `${part.repeat(1_000_000 / part.length)} 0.84`
    expect(maskSecrets(text).text).toMatch(/ 0\.84$/)
  })

  test('comes to an end on many keys that nobody closed', () => {
    const begin = join('-----BEGIN ', 'PRIVATE', ' KEY-----')
    expect(maskSecrets(begin.repeat(30_000)).masked).toEqual([{ what: 'private key', count: 30_000 }])
  })
})

describe('secretValues', () => {
  test('finds the values of variables whose names speak of a secret', () => {
    const value = random(20)
    expect(
      secretValues({
        OPENAI_API_KEY: value,
        HF_TOKEN: `${value}1`,
        PGPASSWORD: 'not by an underscore',
        DB_PASSWORD: `${value}2`,
        SSH_AUTH_SOCK: '/run/agent.12345',
        SSH_KEY_PATH: '~/.ssh/id_rsa',
        PWD: '/a/very/long/path',
        TOKEN_LIMIT: '123456789',
        GIT_TOKEN: 'short',
        KEY_NAME: 'production_key',
        HOME: '/home/ada',
        EMPTY_TOKEN: undefined,
      }),
    ).toEqual([value, `${value}1`, `${value}2`])
  })
})
