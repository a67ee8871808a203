"""Permissions that CloudFormation's handlers name for properties that the templates do not use."""

# Actions by the reason why the pipeline's role does not have them.
UNUSED = {
    "it would free a role from its boundary": "iam:DeleteRolePermissionsBoundary",
    "policies belong to roles, and no role is passed to RDS": """
        iam:AttachGroupPolicy iam:AttachUserPolicy iam:DeleteGroupPolicy iam:DeleteUserPolicy iam:DetachGroupPolicy
        iam:DetachUserPolicy iam:GetGroupPolicy iam:GetUserPolicy iam:ListRoles iam:PutGroupPolicy iam:PutUserPolicy
        rds:AddRoleToDBCluster rds:AddRoleToDBInstance rds:RemoveRoleFromDBCluster rds:RemoveRoleFromDBInstance""",
    "services use keys of AWS, or the stack's one key, whose own policy admits them": """
        kms:CreateGrant kms:Decrypt kms:Encrypt kms:GenerateDataKey kms:GenerateDataKeyWithoutPlaintext
        kms:ReEncryptFrom kms:ReEncryptTo""",
    "the nested stack has no policy and no protection of its own": """
        cloudformation:SetStackPolicy cloudformation:UpdateTerminationProtection""",
    "the distribution has no private origin and no staging, and the user pool no domain name of its own": """
        cloudfront:CreateConnectionGroup cloudfront:GetConnectionGroup cloudfront:GetVpcOrigin
        cloudfront:UpdateDistributionWithStagingConfig""",
    "only functions are deployed by CodeDeploy": "codedeploy:RegisterOnPremisesInstance",
    "users have no attributes of our own": "cognito-idp:AddCustomAttributes",
    "the network has one NAT gateway with one address, and no VPN, Auto Scaling, IPv6 or tenancy": """
        autoscaling:DescribeTags ec2:AcceptAddressTransfer ec2:AssignPrivateNatGatewayAddress ec2:AssociateAddress
        ec2:AssociateNatGatewayAddress ec2:AssociateSubnetCidrBlock ec2:AttachVpnGateway ec2:CreateVpcEncryptionControl
        ec2:DetachVpnGateway ec2:DisassociateNatGatewayAddress ec2:DisassociateSubnetCidrBlock ec2:ModifyVpcTenancy
        ec2:UnassignPrivateNatGatewayAddress vpc-lattice:CreateServiceNetworkVpcEndpointAssociation
        vpce:AllowMultiRegion""",
    "functions have no file system, signature, capacity provider or provisioned concurrency": """
        elasticfilesystem:DescribeMountTargets lambda:DeleteFunctionCodeSigningConfig
        lambda:DeleteProvisionedConcurrencyConfig lambda:GetCodeSigningConfig lambda:PassCapacityProvider
        lambda:PutFunctionCodeSigningConfig lambda:PutFunctionRecursionConfig lambda:PutFunctionScalingConfig
        lambda:PutProvisionedConcurrencyConfig lambda:PutRuntimeManagementConfig s3files:ListMountTargets""",
    "log groups have no index, data protection, protection against deletion or delivery to Firehose": """
        firehose:TagDeliveryStream logs:DeleteIndexPolicy logs:DeleteResourcePolicy logs:PutBearerTokenAuthentication
        logs:PutDataProtectionPolicy logs:PutIndexPolicy logs:PutLogGroupDeletionProtection
        sns:PutDataProtectionPolicy""",
    "the database is an Aurora cluster in one region": """
        rds:CreateDBInstanceReadReplica rds:CreateDBSnapshot rds:DisableHttpEndpoint rds:EnableHttpEndpoint
        rds:PromoteReadReplica rds:RemoveFromGlobalCluster rds:RestoreDBInstanceFromDBSnapshot
        rds:RestoreDBInstanceToPointInTime rds:StartDBInstanceAutomatedBackupsReplication
        rds:StopDBInstanceAutomatedBackupsReplication""",
    "buckets hold files, and are emptied by people": """
        s3:CreateBucketMetadataTableConfiguration s3:DeleteBucketMetadataTableConfiguration s3:DeleteBucketWebsite
        s3:DeleteObject s3:PutAccelerateConfiguration s3:PutAnalyticsConfiguration s3:PutBucketAbac
        s3:PutBucketLogging s3:PutBucketNotification s3:PutBucketObjectLockConfiguration s3:PutBucketWebsite
        s3:PutIntelligentTieringConfiguration s3:PutInventoryConfiguration s3:PutMetricsConfiguration s3:PutObjectAcl
        s3:PutReplicationConfiguration s3:UpdateBucketMetadataAnnotationTableConfiguration
        s3:UpdateBucketMetadataInventoryTableConfiguration s3:UpdateBucketMetadataJournalTableConfiguration
        s3tables:CreateNamespace s3tables:CreateTable s3tables:CreateTableBucket s3tables:GetTable
        s3tables:GetTableMetadataLocation s3tables:PutTableBucketPolicy s3tables:PutTableEncryption
        s3tables:PutTablePolicy s3tables:UpdateTableMetadataLocation""",
    "the configuration set of text messages has event destinations alone": """
        sms-voice:AssociateProtectConfiguration sms-voice:DeleteDefaultSenderId
        sms-voice:DisassociateProtectConfiguration sms-voice:SetDefaultMessageFeedbackEnabled
        sms-voice:SetDefaultSenderId""",
    "each secret is in one region": """
        secretsmanager:RemoveRegionsFromReplication secretsmanager:ReplicateSecretToRegions""",
    "mails are neither tracked nor archived, and SES makes the keys that sign them": """
        ses:PutConfigurationSetArchivingOptions ses:PutConfigurationSetTrackingOptions ses:PutConfigurationSetVdmOptions
        ses:PutEmailIdentityDkimSigningAttributes""",
}
ACTIONS = {action for actions in UNUSED.values() for action in actions.split()}
