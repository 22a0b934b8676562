/* Style posts: popular, newest, and of whom one follows. */
import shirt from 'icon:shirt';
import users from 'icon:users';
import { place } from '../core/router';
import { me } from '../core/session';
import { useTitle } from '../core/title';
import { type Key, t } from '../core/words';
import { feedOf } from '../grid/feed';
import { Masonry } from '../grid/Masonry';
import { LoginFirst } from '../ui/LoginFirst';
import { EmptyState } from '../ui/State';
import { Tabs } from '../ui/Tabs';

const tabs = ['popular', 'latest', 'following'] as const;
type Tab = typeof tabs[number];

const keyOf = (tab: Tab): Key => `tab.${tab}`;

export default function Style() {
	useTitle(t('style'));
	const asked = place.value?.query.get('tab');
	const tab = tabs.find((one) => one === asked) ?? 'popular';
	return <>
		<header class="style-head">
			<h1 class="page-title">{t('style')}</h1>
			<a class="button primary" href="/style/new">{t('style.new')}</a>
		</header>
		<Tabs label={t('style')} tabs={tabs.map((one) => ({
			href: one === 'popular' ? '/style' : `/style?tab=${one}`,
			text: t(keyOf(one)), now: one === tab }))} />
		{tab === 'following' && !me.value
			? <LoginFirst /> : <Posts key={tab} tab={tab} />}
	</>;
}

function Posts({ tab }: { tab: Tab }) {
	const feed = feedOf(place.value?.key ?? '', `styles/posts/?type=${tab}&limit=50`);
	const following = tab === 'following';
	return <Masonry feed={feed} label={t(keyOf(tab))}
		empty={<EmptyState icon={following ? users : shirt}
			title={t(following ? 'following.none' : 'style.none')}>
			<a class="button primary"
				href={following ? '/style?tab=latest' : '/style/new'}>
				{t(following ? 'tab.latest' : 'style.first')}</a>
		</EmptyState>} />;
}
