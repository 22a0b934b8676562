/* How the answers of each route were come by since the program started. */
import { useLoad } from '../core/load';
import { counters, type Counts } from '../core/staff';
import { language, t } from '../core/words';
import { ErrorState } from './State';

/* Of what could have come from the cache, how much did; null: nothing. */
function share({ hit, stale, miss, fenced, bypass }: Counts): number | null {
	const all = hit + stale + miss + fenced + bypass;
	return all > 0 ? (hit + stale) / all : null;
}

export function CacheTable() {
	const { data, error, again } =
		useLoad<{ results: Counts[] }>('staff/caches');
	if (error.value && !data.value)
		return <ErrorState error={error.value} again={again} />;
	const number = new Intl.NumberFormat(language);
	const percent = new Intl.NumberFormat(language,
		{ style: 'percent', maximumFractionDigits: 1 });
	return <section aria-busy={!data.value}>
		<p class="soft">{t('staff.caches.text')}</p>
		<div class="wide-table" role="region" aria-label={t('staff.caches')}
			tabIndex={0}>
			<table>
				<thead><tr>
					<th scope="col">{t('staff.route')}</th>
					<th scope="col">{t('staff.share')}</th>
					{counters.map((one) => <th key={one} scope="col">
						{t(`staff.cache.${one}`)}</th>)}
				</tr></thead>
				<tbody>{data.value?.results.map((one) => {
					const part = share(one);
					return <tr key={one.route}>
						<th scope="row">{one.route.split('/').map((part, i) =>
							i > 1 ? <>/<wbr />{part}</> : i ? `/${part}` : part)}</th>
						<td>{part === null ? '–' : percent.format(part)}</td>
						{counters.map((name) => <td key={name}>
							{number.format(one[name])}</td>)}
					</tr>;
				})}</tbody>
			</table>
		</div>
	</section>;
}
