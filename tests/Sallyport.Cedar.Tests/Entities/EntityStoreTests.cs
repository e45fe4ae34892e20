namespace Sallyport.Cedar.Entities;

public sealed class EntityStoreTests
{
    private static readonly EntityUid Host = EntityUid.Of("Host", "a.test");
    private static readonly EntityUid Zone = EntityUid.Of("Zone", "test");
    private static readonly EntityUid Url = EntityUid.Of("Url", "https://a.test/x");

    private readonly EntityStore _below = EntityStore.Create([new Entity(Host, parents: [Zone])]).ValueOrThrow();

    [Fact]
    public void An_entity_on_top_is_in_all_that_its_parents_are_in()
    {
        var store = _below.With(new Entity(Url, parents: [Host]));
        Assert.True(store.IsIn(Url, Host));
        Assert.True(store.IsIn(Url, Zone));
        Assert.True(store.IsIn(Host, Zone));
        Assert.False(store.IsIn(Zone, Url));
        Assert.Equal(2, store.Count);
        Assert.Equal([Host, Url], store.Entities.Select(entity => entity.Uid));
    }

    [Fact]
    public void The_store_below_does_not_change()
    {
        _below.With(new Entity(Url, parents: [Host]));
        Assert.False(_below.IsIn(Url, Host));
        Assert.Equal(1, _below.Count);
    }

    [Fact]
    public void Parents_that_nobody_knows_are_ancestors_all_the_same() =>
        Assert.True(EntityStore.Empty.With(new Entity(Url, parents: [Host, Host])).IsIn(Url, Host));

    [Fact]
    public void What_is_in_the_store_cannot_be_put_on_top_of_it() =>
        Assert.Throws<CedarException>(() => _below.With(new Entity(Host)));
}
