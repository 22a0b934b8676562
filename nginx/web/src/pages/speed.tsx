/* How fast the site has been in the last minutes, for everybody to see. */
import { useSignal } from '@preact/signals';
import { useEffect } from 'preact/hooks';
import { type ApiError, asApiError, get, isAbort } from '../core/api';
import { useTitle } from '../core/title';
import { language, t } from '../core/words';
import { ErrorState } from '../ui/State';

const kinds = ['page', 'list', 'one', 'write', 'heavy'] as const;
const shares = ['p50', 'p95', 'p99'] as const;
const every = 5000;

type Kind = { kind: typeof kinds[number]; requests: number }
	& Record<`${typeof shares[number]}_ms`, number | null>;

interface Lately {
	seconds: number;
	requests_per_second: number;
	hit_share: number | null;
	kinds: Kind[];
}

/* Asked for again and again while the page is looked at. */
function useLately() {
	const data = useSignal<Lately | null>(null);
	const error = useSignal<ApiError | null>(null);
	const turn = useSignal(0);
	useEffect(() => {
		const abort = new AbortController();
		const ask = () => {
			if (document.hidden)
				return;
			get<Lately>('speed', abort.signal).then((found) => {
				data.value = found;
				error.value = null;
			}, (e) => {
				if (!isAbort(e))
					error.value = asApiError(e);
			});
		};
		ask();
		const timer = setInterval(ask, every);
		document.addEventListener('visibilitychange', ask);
		return () => {
			abort.abort();
			clearInterval(timer);
			document.removeEventListener('visibilitychange', ask);
		};
	}, [turn.value]);
	return { data, error, again: () => { turn.value++; } };
}

const number = (value: number, digits: number) => new Intl.NumberFormat(
	language, { maximumSignificantDigits: digits }).format(value);

function duration(ms: number | null): string {
	if (ms === null)
		return '–';
	return ms < 1000 ? t('speed.ms', { n: number(ms, 2) })
		: t('speed.s', { n: number(ms / 1000, 2) });
}

export default function Speed() {
	useTitle(t('speed'));
	const { data, error, again } = useLately();
	const now = data.value;
	if (error.value && !now)
		return <ErrorState error={error.value} again={again} />;
	return <section class="speed" aria-busy={!now}>
		<h1>{t('speed')}</h1>
		<p class="soft">{t('speed.text')}</p>
		{now && <>
			<Figures of={now} />
			<Table of={now} />
			<p class="soft speed-note">{t('speed.note')}</p>
		</>}
		{error.value && <p role="alert">{error.value.message}</p>}
	</section>;
}

function Figures({ of }: { of: Lately }) {
	const share = of.hit_share === null ? '–' : new Intl.NumberFormat(language,
		{ style: 'percent', maximumFractionDigits: 0 }).format(of.hit_share);
	const figures: [string, string][] = [
		[t('speed.rate'), number(of.requests_per_second, 3)],
		[t('speed.hits'), share],
		[t('speed.minutes'), number(Math.max(1, Math.round(of.seconds / 60)),
			2)],
	];
	return <dl class="figures">{figures.map(([name, value]) =>
		<div key={name}><dt>{name}</dt><dd>{value}</dd></div>)}</dl>;
}

function Table({ of }: { of: Lately }) {
	return <div class="wide-table" role="region" aria-label={t('speed.table')}
		tabIndex={0}>
		<table>
			<thead><tr>
				<th scope="col">{t('speed.kind')}</th>
				<th scope="col">{t('speed.requests')}</th>
				{shares.map((one) => <th key={one} scope="col">
					{t(`speed.${one}`)}</th>)}
			</tr></thead>
			<tbody>{of.kinds.map((one) => <tr key={one.kind}>
				<th scope="row">{t(`speed.${one.kind}`)}</th>
				<td>{number(one.requests, 4)}</td>
				{shares.map((share) => <td key={share}>
					{duration(one[`${share}_ms`])}</td>)}
			</tr>)}</tbody>
		</table>
	</div>;
}
