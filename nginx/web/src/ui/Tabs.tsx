/* Tabs that are addresses: links, of which one is the page on show. */
interface Props {
	label: string;
	tabs: { href: string; text: string; now: boolean }[];
}

export function Tabs({ label, tabs }: Props) {
	return <nav class="tabs" aria-label={label}>
		{tabs.map((tab) => <a key={tab.href} href={tab.href}
			aria-current={tab.now ? 'page' : undefined}>{tab.text}</a>)}
	</nav>;
}
