using System.Text.Json;
using System.Text.Json.Serialization;

namespace Sallyport.Host.Backups;

[JsonSourceGenerationOptions(JsonSerializerDefaults.Strict)]
[JsonSerializable(typeof(Dictionary<string, string>))]
internal sealed partial class BackupJson : JsonSerializerContext;
