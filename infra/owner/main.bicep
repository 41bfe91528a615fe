// azuredeploy.json for Bicep and azd: the same parameters, the same outputs.
param location string = resourceGroup().location
param name string = 'cloudsmets'
param ingestion string = 'builtin'
param iotHubSku string = 'F1'
param cosmosMode string = 'free'
param alertEmail string
param monthlyBudget int = 5
param budgetStart string = utcNow('yyyy-MM-01')
param dashboardClientId string = ''
param dashboardOwners string = ''
param timeZone string = 'Europe/London'
param packageUri string = 'https://github.com/cloudsmets/cloudsmets/releases/latest/download/cloudsmets.zip'

module stack 'azuredeploy.json' = {
  name: 'cloudsmets'
  params: {
    location: location
    name: name
    ingestion: ingestion
    iotHubSku: iotHubSku
    cosmosMode: cosmosMode
    alertEmail: alertEmail
    monthlyBudget: monthlyBudget
    budgetStart: budgetStart
    dashboardClientId: dashboardClientId
    dashboardOwners: dashboardOwners
    timeZone: timeZone
    packageUri: packageUri
  }
}

output COSMOS_ENDPOINT string = stack.outputs.COSMOS_ENDPOINT
output COSMOS_DATABASE string = stack.outputs.COSMOS_DATABASE
output AZURE_CLIENT_ID string = stack.outputs.AZURE_CLIENT_ID
output EVENTHUB_NAME string = stack.outputs.EVENTHUB_NAME
output EVENTHUB_CONSUMER_GROUP string = stack.outputs.EVENTHUB_CONSUMER_GROUP
output DASHBOARD_URL string = stack.outputs.DASHBOARD_URL
output FUNCTION_APP_NAME string = stack.outputs.FUNCTION_APP_NAME
output IOT_HUB_NAME string = stack.outputs.IOT_HUB_NAME
output IOT_HUB_HOST string = stack.outputs.IOT_HUB_HOST
output IDENTITY_PRINCIPAL_ID string = stack.outputs.IDENTITY_PRINCIPAL_ID
